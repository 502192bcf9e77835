"""A producer or a consumer of the embedded broker in a process of its own, for the race test.

    python -m tests.config.broker_peer produce DATA_DIR NAME COUNT
    python -m tests.config.broker_peer consume DATA_DIR

A consumer prints what it gets, and ends when it has waited in vain after DATA_DIR/produced has appeared.
"""

import sys
from pathlib import Path
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

from config.broker import embedded_broker

QUEUE = Queue("race", routing_key="race")


def connect(data_dir: Path) -> Connection:
    settings = embedded_broker(data_dir)
    return Connection(settings["broker_url"], transport_options=settings["broker_transport_options"])


def produce(data_dir: Path, name: str, count: int) -> None:
    with connect(data_dir) as connection:
        producer = Producer(connection.channel())
        for number in range(count):
            producer.publish({"id": f"{name}-{number}"}, routing_key=QUEUE.name, declare=[QUEUE])


def consume(data_dir: Path) -> None:
    def show(body: Any, message: Any) -> None:
        sys.stdout.write(f"{body['id']}\n")
        message.ack()

    with connect(data_dir) as connection, Consumer(connection.channel(), [QUEUE], callbacks=[show]):
        while True:
            produced = (data_dir / "produced").exists()
            try:
                connection.drain_events(timeout=0.2)
            except TimeoutError:
                if produced:
                    return


if __name__ == "__main__":
    action, folder, *rest = sys.argv[1:]
    if action == "produce":
        produce(Path(folder), rest[0], int(rest[1]))
    else:
        consume(Path(folder))
