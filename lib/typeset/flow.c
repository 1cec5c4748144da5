/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "flow.h"

#define RULE_WIDTH (MPT / 2)

bool flow_add_box(struct flow *flow, struct box *box)
{
	struct box **boxes;

	boxes = arena_grow(&flow->arena, flow->boxes, flow->n_boxes,
			   sizeof(struct box *));
	if (!boxes)
		return false;
	flow->boxes = boxes;
	boxes[flow->n_boxes++] = box;
	return true;
}

struct box *flow_box(struct flow *flow)
{
	struct box *box = arena_alloc(&flow->arena, sizeof(*box));

	return box && flow_add_box(flow, box) ? box : NULL;
}

struct placed_run *flow_add_run(struct flow *flow, struct placed_run *runs,
				size_t *n, const struct placed_run *run, int x,
				int y)
{
	struct placed_run *grown;

	grown = arena_grow(&flow->arena, runs, *n, sizeof(*runs));
	if (!grown)
		return runs;
	grown[*n] = *run;
	grown[*n].x += x;
	grown[*n].y += y;
	++*n;
	return grown;
}

struct placed_rule *flow_add_rule(struct flow *flow, struct placed_rule *rules,
				  size_t *n, const struct placed_rule *rule,
				  int x, int y)
{
	struct placed_rule *grown;

	grown = arena_grow(&flow->arena, rules, *n, sizeof(*rules));
	if (!grown)
		return rules;
	grown[(*n)++] = (struct placed_rule){
		rule->x0 + x,
		rule->y0 + y,
		rule->x1 + x,
		rule->y1 + y,
	};
	return grown;
}

struct placed_bar *flow_add_bar(struct flow *flow, struct placed_bar *bars,
				size_t *n, const struct placed_bar *bar, int x,
				int y)
{
	struct placed_bar *grown;

	grown = arena_grow(&flow->arena, bars, *n, sizeof(*bars));
	if (!grown)
		return bars;
	grown[(*n)++] = (struct placed_bar){
		bar->x0 + x, bar->y0 + y,    bar->x1 + x,
		bar->y1 + y, bar->paragraph,
	};
	return grown;
}

void box_line(struct flow *flow, struct box *box, const struct line *line,
	      int x, int y)
{
	size_t i;

	for (i = 0; i < line->n_runs; i++)
		box->runs = flow_add_run(flow, box->runs, &box->n_runs,
					 &line->runs[i], x, y);
	if (line->underlined)
		box->rules = flow_add_rule(flow, box->rules, &box->n_rules,
					   &line->underline, x, y);
}

void box_rule(struct flow *flow, struct box *box, int x0, int y0, int x1,
	      int y1)
{
	struct placed_rule rule = { x0, y0, x1, y1 };

	box->rules =
		flow_add_rule(flow, box->rules, &box->n_rules, &rule, 0, 0);
}

void box_bar(struct flow *flow, struct box *box, const struct placed_bar *bar)
{
	box->bars = flow_add_bar(flow, box->bars, &box->n_bars, bar, 0, 0);
}
