"""Which tests failed only because something did not come in time. Their names go, a line each, into the file that
OLDIRON_LATE names, if they are few and no test failed otherwise; see scripts/system-tests."""
import os

FEW = 3
failed = {}  # name: was it a time-out?


def pytest_runtest_logreport(report):
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        late = crash is not None and crash.message.startswith("vm.machine.Expired:")
        failed[report.nodeid] = failed.get(report.nodeid, True) and late


def pytest_sessionfinish(session, exitstatus):
    path = os.environ.get("OLDIRON_LATE")
    if not path or hasattr(session.config, "workerinput"):
        return
    again = failed if exitstatus == 1 and len(failed) <= FEW and all(failed.values()) else ()
    with open(path, "w", encoding="utf-8") as f:
        # Names are relative to the folder of pytest.ini, pytest's arguments to where it is started.
        f.writelines(f"{session.config.rootpath}/{name}\n" for name in again)
