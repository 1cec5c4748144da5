/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "screen.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Fewer columns have no room for a table, and no terminal has more. */
#define LEAST_WIDTH 40
#define MOST_WIDTH 1000

/* The lines of a terminal that does not say. */
#define USUAL_ROWS 24

/* Lines of running text that are longer are hard to read. */
#define TEXT_WIDTH 100

/* Text for a pager is as wide as the terminal was. */
static struct {
	size_t width; /* 0: there is no pager */
	bool has_errors, has_colours;
} paged;

static bool is_paged(int fd)
{
	return paged.width && (fd == STDOUT_FILENO || paged.has_errors);
}

void screen_behind_pager(size_t width, bool has_errors, bool has_colours)
{
	paged.width = width;
	paged.has_errors = has_errors;
	paged.has_colours = has_colours;
}

static size_t within(unsigned long width)
{
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > MOST_WIDTH ? MOST_WIDTH : width;
}

size_t screen_width(int fd)
{
	const char *columns = getenv("COLUMNS");
	unsigned long width = 0;
	struct winsize size;
	char *end = NULL;

	if (is_paged(fd))
		return paged.width;
	if (!isatty(fd))
		return 0;
	if (columns && *columns >= '0' && *columns <= '9')
		width = strtoul(columns, &end, 10);
	if (width && !*end)
		return within(width);
	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return within(size.ws_col);
	return LINE_WIDTH;
}

size_t screen_rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row)
		return size.ws_row;
	return USUAL_ROWS;
}

size_t screen_text_width(int fd)
{
	size_t width = screen_width(fd);

	if (!width)
		return LINE_WIDTH;
	return width > TEXT_WIDTH ? TEXT_WIDTH : width;
}

bool screen_has_escapes(int fd)
{
	const char *term = getenv("TERM");

	return (is_paged(fd) || isatty(fd)) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

bool screen_has_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return (!no || !*no) && screen_has_escapes(STDOUT_FILENO) &&
	       (!paged.width || paged.has_colours);
}

bool screen_is_left(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}
