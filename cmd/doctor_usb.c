/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The readers and tokens on the USB bus, and whether the driver of readers
 * knows them. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define USB_DEVICES "/sys/bus/usb/devices"
/* bInterfaceClass of CCID, the class of readers and of most tokens. */
#define CLASS_SMART_CARD "0b"
#define CCID_DRIVER "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist"
#define MAX_PLIST ((size_t)1024 * 1024)

/* The tokens of the field, by the identifiers that their makers gave them; they
 * are called as the driver of readers (libccid) calls them. */
static const struct {
	const char *id, *name;
} tokens[] = {
	{ "25dd:2371", "Bit4id TokenME EVO v2 (VGCA)" },
	{ "25dd:2341", AS_IT_IS("Bit4id tokenME FIPS v3") },
	{ "0529:0600", "SafeNet eToken" },
	{ "0529:0602", "SafeNet eToken 7300" },
	{ "0529:0620", "SafeNet eToken 5100/5110" },
	{ "08e6:34cc", "SafeNet eToken 5300" },
	{ "08e6:34cf", "SafeNet eToken 5110+ FIPS" },
	{ "096e:0807", "Feitian ePass2003" },
	{ "096e:080a", "Feitian ePass2003Auto" },
	{ "163c:0407", "Watchdata USB Key" },
	{ "163c:0417", "Watchdata USB Key" },
	{ "163c:0418", "Watchdata USB Key" },
};

/* Reads the line that @file of the device or interface @name has. */
static bool read_line(const char *name, const char *file, char *line,
		      size_t size)
{
	char path[512];
	FILE *f;
	bool ok;

	(void)snprintf(path, sizeof(path), "%s/%s/%s", USB_DEVICES, name, file);
	f = fopen(path, "re");
	ok = f && fgets(line, (int)size, f);
	if (f)
		(void)fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

/* True if an interface of the device @name is of a reader. */
static bool is_reader(const char *name)
{
	DIR *dir = opendir(USB_DEVICES);
	size_t len = strlen(name);
	const struct dirent *entry;
	bool is = false;
	char class[8];

	while (dir && !is && (entry = readdir(dir)))
		is = strncmp(entry->d_name, name, len) == 0 &&
		     entry->d_name[len] == ':' &&
		     read_line(entry->d_name, "bInterfaceClass", class,
			       sizeof(class)) &&
		     strcmp(class, CLASS_SMART_CARD) == 0;
	if (dir)
		(void)closedir(dir);
	return is;
}

static const char *token_of(const char *id)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		if (strcasecmp(tokens[i].id, id) == 0)
			return tokens[i].name;
	return NULL;
}

/* The text of the driver's list of devices, for free(); NULL where it has none,
 * or is not there. */
static char *read_driver(void)
{
	char *text = malloc(MAX_PLIST + 1);
	FILE *f = text ? fopen(CCID_DRIVER, "re") : NULL;
	size_t n = 0;

	if (f) {
		n = fread(text, 1, MAX_PLIST, f);
		(void)fclose(f);
	}
	if (n == 0) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

/* True if the driver knows the device: it has two lists of as many numbers, of
 * makers and of products. */
static bool driver_knows(const char *driver, const char *id)
{
	static const char item[] = "<string>";
	const char *vendor = strstr(driver, "<key>ifdVendorID</key>");
	const char *product = strstr(driver, "<key>ifdProductID</key>");
	const char *end = vendor ? strstr(vendor, "</array>") : NULL;

	while (end && product) {
		vendor = strstr(vendor, item);
		product = strstr(product, item);
		if (!vendor || vendor > end || !product)
			break;
		vendor += strlen(item);
		product += strlen(item);
		if (strtoul(vendor, NULL, 16) == strtoul(id, NULL, 16) &&
		    strtoul(product, NULL, 16) == strtoul(id + 5, NULL, 16))
			return true;
	}
	return false;
}

static void take_device(struct doctor *d, struct doctor_bus *bus,
			const char *driver, const char *name)
{
	char vendor[8], product[8], told[128] = "", id[16];
	const char *known;
	char *clean;

	if (!read_line(name, "idVendor", vendor, sizeof(vendor)) ||
	    !read_line(name, "idProduct", product, sizeof(product)) ||
	    strlen(vendor) != 4 || strlen(product) != 4)
		return;
	(void)snprintf(id, sizeof(id), "%s:%s", vendor, product);
	known = token_of(id);
	if (!known && !is_reader(name))
		return;
	(void)read_line(name, "product", told, sizeof(told));
	clean = cks_text_clean(told, strlen(told));
	bus->names = arena_format(&d->arena, "%s%s%s (%s)",
				  bus->n ? bus->names : "", bus->n ? ", " : "",
				  known		      ? known
				  : clean && clean[0] ? clean
						      : _("reader"),
				  id);
	if (driver && !bus->strange && !driver_knows(driver, id))
		bus->strange = arena_format(&d->arena, "%s", id);
	free(clean);
	bus->n++;
}

static void look_at_bus(struct doctor *d, struct doctor_bus *bus,
			const char *driver)
{
	struct dirent **list = NULL;
	int n = scandir(USB_DEVICES, &list, NULL, alphasort);

	*bus = (struct doctor_bus){ .is_known = n >= 0 };
	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (isdigit((unsigned char)name[0]) && !strchr(name, ':'))
			take_device(d, bus, driver, name);
		free(list[i]);
	}
	free(list);
}

static void tell_bus(struct doctor *d, const struct doctor_bus *bus)
{
	if (bus->n > 0)
		DOCTOR_ADD(d, .source = SOURCE_USB, .check = "on-the-bus",
			   .result = DOCTOR_OK, .about = bus->names,
			   .found = arena_format(&d->arena, _("plugged in: %s"),
						 bus->names));
	else if (!bus->is_known)
		DOCTOR_ADD(
			d, .source = SOURCE_USB, .check = "on-the-bus",
			.result = DOCTOR_UNKNOWN,
			.found = _(
				"this system shows no USB bus, as a container does not"));
	else if (cks_readers_count(d->readers) > 0 ||
		 cks_scan_n_tokens(d->scan) > 0)
		DOCTOR_ADD(
			d, .source = SOURCE_USB, .check = "on-the-bus",
			.result = DOCTOR_OK,
			.found = _(
				"no reader or token is on the USB bus; what is seen below is connected in another way"));
	else
		DOCTOR_ADD(
			d, .source = SOURCE_USB, .check = "on-the-bus",
			.result = DOCTOR_BROKEN,
			.found = _(
				"on the USB bus there is no reader, and no token that is known here"),
			.todo = _(
				"Plug the token in, or into another port, without a hub between. In a virtual machine, hand the USB device over to it. If \"lsusb\" does not list it on any machine, it is broken."),
			.command = "lsusb");
}

void doctor_usb(struct doctor *d, struct doctor_bus *bus)
{
	char *driver = read_driver();

	look_at_bus(d, bus, driver);
	bus->has_driver = driver != NULL;
	tell_bus(d, bus);
	free(driver);
}
