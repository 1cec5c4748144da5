#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""list-tokens [MODULE]...: as list-tokens.c, in Python, by ctypes."""
import ctypes
import locale
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p

lib = ctypes.CDLL("libckstoken.so.0")


def function(name, result, *arguments):
    """The library's function of that name, which takes and returns these."""
    found = getattr(lib, name)
    found.restype = result
    found.argtypes = arguments
    return found


def text(name):
    """A function that returns a text of what it is given."""
    found = function(name, c_char_p, c_void_p)
    return lambda of: found(of).decode()


strerror = function("cks_strerror", c_char_p, c_int)
modules_find = function("cks_modules_find", c_int, c_uint, POINTER(c_void_p))
modules_count = function("cks_modules_count", c_size_t, c_void_p)
modules_free = function("cks_modules_free", None, POINTER(c_void_p))
scan_new = function("cks_scan_new", c_void_p)
scan_add_module = function("cks_scan_add_module", c_int, c_void_p, c_char_p)
scan_add_found = function("cks_scan_add_found", c_int, c_void_p, c_void_p, c_size_t)
scan_run = function("cks_scan_run", c_int, c_void_p)
scan_n_tokens = function("cks_scan_n_tokens", c_size_t, c_void_p)
scan_token = function("cks_scan_token", c_void_p, c_void_p, c_size_t)
scan_n_errors = function("cks_scan_n_errors", c_size_t, c_void_p)
scan_error = function("cks_scan_error", c_void_p, c_void_p, c_size_t)
scan_free = function("cks_scan_free", None, POINTER(c_void_p))
token_serial = text("cks_token_serial")
token_label = text("cks_token_label")
token_user_pin = function("cks_token_user_pin", c_int, c_void_p)
pin_state_name = function("cks_pin_state_name", c_char_p, c_int)
token_n_certs = function("cks_token_n_certs", c_size_t, c_void_p)
token_cert = function("cks_token_cert", c_void_p, c_void_p, c_size_t)
cert_serial = text("cks_cert_serial")
cert_name = text("cks_cert_name")
error_module = text("cks_scan_error_module")
error_reader = text("cks_scan_error_reader")
error_code = function("cks_scan_error_code", c_int, c_void_p)


def check(err):
    """Ends the program where something failed."""
    if err:
        sys.exit(strerror(err).decode())


def add_modules(scan, paths):
    """Has the scan ask these modules, or those of the machine if none."""
    for path in paths:
        check(scan_add_module(scan, path.encode()))
    if paths:
        return
    found = c_void_p()
    check(modules_find(15000, byref(found)))
    for i in range(modules_count(found)):
        check(scan_add_found(scan, found, i))
    modules_free(byref(found))


def main():
    """Prints a line for each token, and one for each certificate on it."""
    # Messages are in the language of the locale.
    locale.setlocale(locale.LC_ALL, "")
    scan = c_void_p(scan_new())
    add_modules(scan, sys.argv[1:])
    check(scan_run(scan))
    for i in range(scan_n_tokens(scan)):
        token = scan_token(scan, i)
        state = pin_state_name(token_user_pin(token)).decode()
        print(token_serial(token), token_label(token), state, sep="\t")
        for k in range(token_n_certs(token)):
            cert = token_cert(token, k)
            print("", cert_serial(cert), cert_name(cert), sep="\t")
    for i in range(scan_n_errors(scan)):
        error = scan_error(scan, i)
        where = error_module(error) or error_reader(error)
        reason = strerror(error_code(error)).decode()
        print(f"{where}: {reason}", file=sys.stderr)
    scan_free(byref(scan))


main()
