/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Results for monitoring systems: the line of a Nagios plugin, and Prometheus'
 * text format. ckstoken-monitoring(7) says how a state is decided, and which
 * metrics there are.
 */
#ifndef CMD_MONITORING_H
#define CMD_MONITORING_H

#include "due_list.h"
#include "status.h"

/* The result of an audit. */
struct audit_result {
	const struct globals *globals;
	const struct cks_scan *scan; /* NULL: no token was looked for */
	const struct due_list *findings;
	size_t n_present, n_registered;
	size_t n_failures; /* in the files of other machines */
	int days, critical_days;
};

/* Checks --days and --critical-days of a command whose --format is @format. 0
 * or EXIT_USAGE, told. */
int monitoring_check_days(int format, int days, int critical_days);

/* Each prints the plugin's line to standard output. Its exit code, 0 to 3. */
int nagios_print_status(const struct status *s);
int nagios_print_audit(const struct audit_result *r);

/* The exit code of a plugin where nothing is known. */
#define NAGIOS_UNKNOWN 3

/*
 * True if the arguments of the program ask for the line of a plugin. Its exit
 * code, where it would end with @code: of those of ckstoken Nagios would take
 * "usage" for CRITICAL. Where there is no line yet, prints one that says why.
 */
bool nagios_is_asked(char *const *argv);
int nagios_end(int code);

/* Each prints metrics to standard output. 0 or an exit code, told. */
int prometheus_print_status(const struct status *s);
int prometheus_print_audit(const struct audit_result *r);

#endif
