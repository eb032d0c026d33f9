"""Forks a server for each test file that asks for one, because moto takes long to import, and an account to
bootstrap.

    python3 forks.py COMMAND…

COMMAND bootstraps the account at AWS_ENDPOINT_URL. Prints the path of a folder, in which it runs and two sockets
are: `empty` and `bootstrapped`. Who connects to one writes the path of the file that says what is to fail, and
reads the port of a server whose account is so. The server ends with the connection, and all of this
with its standard input, so that nothing is left of whoever is killed.
"""

import gc
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback


def main(command: list[str]) -> None:
    # Ctrl+C is sent to the whole group; what asked for the servers decides when they end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with tempfile.TemporaryDirectory(prefix="tollgate-doubles-") as folder:
        empty, bootstrapped = (listen(folder, name) for name in ("empty", "bootstrapped"))
        print(folder, flush=True)
        # Most runs of a few test files ask for none.
        if not asked(empty, bootstrapped):
            return
        app = load()
        fork(fork_bootstrapped_servers, app, bootstrapped, empty, command, folder)
        bootstrapped.close()
        fork_servers(app, empty)


def listen(folder: str, name: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(folder, name))
    listener.listen()
    return listener


def asked(*listeners: socket.socket) -> bool:
    """Waits until somebody asks, or until there is nobody left who could: nothing is written to the standard input."""
    ready, _, _ = select.select([sys.stdin, *listeners], [], [])
    return sys.stdin not in ready


def load():
    # Nothing of what is imported is garbage.
    gc.disable()
    import server
    from moto.server import DomainDispatcherApplication, create_backend_app

    server.apply()
    gc.enable()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return DomainDispatcherApplication(create_backend_app)


def fork(work, *arguments) -> None:
    """Works in a process of its own, which ends with that."""
    if os.fork() != 0:
        return
    try:
        work(*arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def fork_servers(app, listener: socket.socket) -> None:
    # Nobody waits for them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # A collection would write to what they have in common, which is copied then.
    gc.freeze()
    while asked(listener):
        connection, _ = listener.accept()
        fork(serve, app, listener, connection)
        connection.close()


def fork_bootstrapped_servers(
    app, listener: socket.socket, other: socket.socket, command: list[str], folder: str
) -> None:
    other.close()
    if asked(listener):
        bootstrap(app, command, folder)
        fork_servers(app, listener)


def bootstrap(app, command: list[str], folder: str) -> None:
    """Answers the command in this thread, because a fork keeps no other."""
    server = make_server(app, threaded=False)
    server.timeout = 0.1
    # By its name: moto reads the address of a template at 127.0.0.1 as another bucket's.
    where = {"AWS_ENDPOINT_URL": f"http://localhost:{server.port}", "HOME": folder}
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **where}, stdout=output, stderr=output
        )
        while running.poll() is None:
            server.handle_request()
        if running.returncode != 0:
            output.seek(0)
            sys.exit(f"{command} ended with {running.returncode}:\n{output.read().decode()}")
    server.server_close()


def serve(app, listener: socket.socket, connection: socket.socket) -> None:
    from moto.moto_api._internal import mock_random

    listener.close()
    with connection.makefile() as reader:
        os.environ["TOLLGATE_DOUBLE_FAILURES"] = reader.readline().strip()
    # Or all would make the same identifiers; Python's own generator does so by itself.
    mock_random.seed()
    server = make_server(app, threaded=True)
    os.environ["MOTO_PORT"] = str(server.port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection.sendall(f"{server.port}\n".encode())
    # What moto says of requests that the tests mean to fail.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    # Nothing more is written: this returns when the connection is closed.
    connection.recv(1)


def make_server(app, threaded: bool):
    from werkzeug import serving

    return serving.make_server("127.0.0.1", 0, app, threaded=threaded)


if __name__ == "__main__":
    main(sys.argv[1:])
