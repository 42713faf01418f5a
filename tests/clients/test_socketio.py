"""The chat over Socket.IO, with the Python client."""

import queue

import engineio
import pytest
import socketio

# Only a failure waits as long.
PATIENCE = 30

WAYS = {
    "polling only": ["polling"],
    "WebSocket only": ["websocket"],
    "polling, then the upgrade": None,  # the client's own default
}


class InOrder(socketio.Client):
    """Hears packets in the order of arrival; the client itself handles each in a thread of its own."""

    class Engine(engineio.Client):
        def _trigger_event(self, event, *args, **kwargs):
            return super()._trigger_event(event, *args, **{**kwargs, "run_async": False})

    def _engineio_client_class(self):
        return self.Engine


class Chatter:
    """Somebody in the chat, and what they heard."""

    def __init__(self, url, transports, auth=None):
        self.heard = queue.Queue()
        self.client = InOrder(reconnection=False)
        self.client.on("message", lambda *args: self.heard.put(args))
        self.client.connect(url, transports=transports, auth=auth, wait_timeout=PATIENCE)

    def say(self, handle, message, **more):
        data = {"handle": handle, "message": message, **more}
        return self.client.call("send_message", data, timeout=PATIENCE)

    def hear(self, count=1):
        return [self.heard.get(timeout=PATIENCE) for _ in range(count)]


@pytest.fixture
def join(url):
    chatters = []

    def join(transports, **options):
        chatters.append(Chatter(url, transports, **options))
        return chatters[-1]

    yield join
    for chatter in chatters:
        # To wait for a last poll can take until the server's next ping.
        chatter.client.eio.disconnect(abort=True)


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def transports(request):
    return request.param


def test_a_message_reaches_everyone_the_sender_too(join, transports):
    sender = join(transports)
    others = [join(way) for way in WAYS.values()]
    expected = "polling" if transports == ["polling"] else "websocket"
    assert sender.client.transport() == expected

    answer = sender.say("ann", "grüß euch")
    assert list(answer) == ["id"]

    for chatter in [sender, *others]:
        [(text, detail)] = chatter.hear()
        assert text == "ann: grüß euch"
        assert detail == {
            "id": answer["id"],
            "handle": "ann",
            "message": "grüß euch",
            "at": detail["at"],
        }


def test_what_cannot_be_said_is_answered_with_words(join, transports):
    chatter = join(transports)
    for data in [None, "hello", {}, {"handle": "ann"}, {"handle": "", "message": "hello"}, b"hello"]:
        answer = chatter.client.call("send_message", data, timeout=PATIENCE)
        assert sorted(answer) == ["code", "error"], data
        assert " " in answer["error"]
    chatter.say("ann", "well")
    assert [text for text, _ in chatter.hear()] == ["ann: well"]


def test_a_burst_of_200_arrives_in_order(join, transports):
    sender = join(transports)
    listeners = [join(way) for way in WAYS.values()]
    said = [f"ann: {index}" for index in range(200)]
    for index in range(200):
        sender.client.emit("send_message", {"handle": "ann", "message": str(index)})
    for chatter in [sender, *listeners]:
        assert [text for text, _ in chatter.hear(200)] == said


def test_what_was_missed_is_replayed(join, transports):
    sender = join(transports)
    known = sender.say("ann", "known")["id"]
    sender.say("ann", "missed 1")
    sender.say("ann", "missed 2")
    late = join(transports, auth={"serverOffset": known})
    assert [text for text, _ in late.hear(2)] == ["ann: missed 1", "ann: missed 2"]


def test_a_retry_is_not_said_twice(join, transports):
    chatter = join(transports)
    offset = f"{chatter.client.get_sid()}-1"
    first = chatter.say("ann", "once", clientOffset=offset)
    assert chatter.say("ann", "once", clientOffset=offset) == first
    chatter.say("ann", "then")
    assert [text for text, _ in chatter.hear(2)] == ["ann: once", "ann: then"]
