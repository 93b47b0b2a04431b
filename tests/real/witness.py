"""The tests' own eyes on the PBX: what the witness says is what Asterisk says."""

from ami import Ami, Message


class Witness(Ami):
    """Sees everything on the PBX and may do everything: nothing here asks the program."""

    CHANNEL_LIST = "CoreShowChannels"

    # What happened

    def call_events(self, linkedid: str, event: str = "") -> list[Message]:
        """The events of one call; OriginateResponse has no Linkedid, but our Uniqueid."""
        return [seen for seen in self.events
                if linkedid in (seen["Linkedid"], seen["DestLinkedid"], seen["Uniqueid"])
                and (not event or seen["Event"] == event)]

    def wait_event(self, linkedid: str, event: str, timeout: float = 10,
                   **headers: str) -> Message:
        """The first such event of the call whose headers have these values."""
        wanted = " ".join([event, *(f"{name}={value}" for name, value in headers.items())])
        return self.wait_for(
            lambda seen: seen["Event"] == event
            and linkedid in (seen["Linkedid"], seen["DestLinkedid"], seen["Uniqueid"])
            and all(seen[name] == value for name, value in headers.items()),
            f"{wanted} of {linkedid}", timeout)

    def count(self, event: str, since: int = 0, **headers: str) -> int:
        """How many such events: count("Newchannel", Linkedid="c2c-…")."""
        return sum(1 for seen in self.events[since:] if seen["Event"] == event
                   and all(seen[name] == value for name, value in headers.items()))

    def settled(self) -> None:
        """Returns when all events that the PBX has raised so far have been read.

        The VarSet of a variable of our own takes the way of all channel events, behind them.
        """
        mark = f"settled-{next(self._numbers)}"
        self.action("Setvar", Variable="WITNESS", Value=mark)
        self.wait_for(lambda event: event["Event"] == "VarSet" and event["Value"] == mark,
                      f"our own {mark}")

    # Phones and sessions

    def device_state(self, device: str) -> str:
        """NOT_INUSE for a registered phone, UNAVAILABLE for one that is not; INUSE, RINGING …"""
        return self.variable(f"DEVICE_STATE({device})")

    def wait_device_state(self, device: str, state: str, timeout: float = 10) -> None:
        self.wait_until(lambda: self.device_state(device) == state, f"{device} {state}", timeout)

    def sessions(self, username: str) -> int:
        """How many AMI sessions of this user are open now."""
        return sum(1 for line in self.command("manager show connected")
                   if line.split()[:1] == [username])

    def logins(self, username: str) -> int:
        """How many logins of this user the PBX has accepted since the witness looks on."""
        return self.count("SuccessfulAuth", Service="AMI", AccountID=username)

    def refused_logins(self, username: str) -> int:
        return sum(1 for seen in self.events if seen["AccountID"] == username and seen["Event"]
                   in ("InvalidPassword", "InvalidAccountID", "FailedACL",
                       "ChallengeResponseFailed"))
