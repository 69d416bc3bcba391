"""The miniature web: made-up sites with known truth, for `creditline demo` and the tests.

Every site, name and picture in it is ours, made by ``scripts/fixtures/make_web``. It is reached under
public names through a loopback proxy (`demo.server`), so no part of creditline needs a test switch.
"""
