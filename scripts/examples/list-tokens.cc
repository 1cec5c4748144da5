/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * list-tokens [MODULE]...: as list-tokens.c, in C++.
 *
 *	c++ $(pkg-config --cflags libckstoken) -o list-tokens list-tokens.cc \
 *		$(pkg-config --libs libckstoken)
 */
#include <ckstoken.h>

#include <clocale>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

/* The functions that free take a pointer to the caller's pointer. */
template <typename T, void (*free_it)(T **)> struct Freed {
	void operator()(T *p) const
	{
		free_it(&p);
	}
};
using Scan = std::unique_ptr<cks_scan, Freed<cks_scan, cks_scan_free>>;
using Modules =
	std::unique_ptr<cks_modules, Freed<cks_modules, cks_modules_free>>;

void check(cks_err err)
{
	if (err)
		throw std::runtime_error(cks_strerror(err));
}

Scan scan_of(const std::vector<std::string> &paths)
{
	Scan scan(cks_scan_new());

	if (!scan)
		check(CKS_ERR_MEMORY);
	for (const auto &path : paths)
		check(cks_scan_add_module(scan.get(), path.c_str()));
	if (paths.empty()) {
		cks_modules *list = nullptr;

		check(cks_modules_find(15000, &list));
		const Modules found(list);
		for (std::size_t i = 0; i < cks_modules_count(found.get()); i++)
			check(cks_scan_add_found(scan.get(), found.get(), i));
	}
	check(cks_scan_run(scan.get()));
	return scan;
}

void print(const cks_scan *scan)
{
	for (std::size_t i = 0; i < cks_scan_n_tokens(scan); i++) {
		const cks_token *token = cks_scan_token(scan, i);

		std::cout << cks_token_serial(token) << '\t'
			  << cks_token_label(token) << '\t'
			  << cks_pin_state_name(cks_token_user_pin(token))
			  << '\n';
		for (std::size_t k = 0; k < cks_token_n_certs(token); k++) {
			const cks_cert *cert = cks_token_cert(token, k);

			std::cout << '\t' << cks_cert_serial(cert) << '\t'
				  << cks_cert_name(cert) << '\n';
		}
	}
	for (std::size_t i = 0; i < cks_scan_n_errors(scan); i++) {
		/* A function is called so, too. */
		const struct cks_scan_error *error = cks_scan_error(scan, i);
		const std::string module = cks_scan_error_module(error);

		std::cerr << (module.empty() ? cks_scan_error_reader(error)
					     : module)
			  << ": " << cks_strerror(cks_scan_error_code(error))
			  << '\n';
	}
}

} // namespace

int main(int argc, char **argv)
{
	const std::vector<std::string> paths(argv + (argc > 0), argv + argc);

	/* Messages are in the language of the locale. */
	(void)std::setlocale(LC_ALL, "");
	try {
		print(scan_of(paths).get());
	} catch (const std::exception &e) {
		std::cerr << e.what() << '\n';
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
