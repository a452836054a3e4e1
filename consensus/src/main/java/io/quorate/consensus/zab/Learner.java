package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.FromLeader;
import io.quorate.consensus.zab.ZabMessage.Said;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a leader knows of one other member, follower or observer, and the link to it.
final class Learner {
  enum State {
    /// It has not said CEPOCH.
    AWAY("away"),
    /// It has said CEPOCH, and not ACK-E.
    DISCOVERING("discovering"),
    /// It has said where its history stands, and has not been told NEWLEADER.
    WAITING("waiting"),
    /// It has been told NEWLEADER, and has not said ACK-LD.
    SYNCHRONIZING("synchronizing"),
    /// It has said ACK-LD.
    BROADCASTING("broadcasting"),
    /// It lacks what the window no longer holds, and fetches it from a replica.
    BEHIND("behind");

    final String word;

    State(String word) {
      this.word = word;
    }
  }

  private record Sent(long last, long bytes) {}

  final ReplicaId id;
  private final ArrayDeque<Sent> inFlight = new ArrayDeque<>();
  private long inFlightBytes;

  State state = State.AWAY;
  private @Nullable Link link;
  private long number;

  /// By its last ACK-E.
  List<Point> ends = List.of();

  /// The last entry that it had been sent when NEWLEADER was said.
  long synchronizedTo;

  /// The next entry to send.
  long next;

  /// It holds, durably, the leader's history up to here; never falls within an epoch.
  long acked;

  /// The newest read round that it was asked about on this link.
  long pinged;

  /// The newest read round that it answered.
  long round;

  /// How far it was last told that all is committed.
  long committedTold;

  private long lastSaid;

  /// When it was last said something that it has to acknowledge.
  private long lastAsked;

  long lastHeard;

  Learner(ReplicaId id, long now) {
    this.id = id;
    this.lastHeard = now;
  }

  /// Takes a link that is newer than any before.
  boolean connect(Link newer) {
    if (link != null && newer.compareTo(link) <= 0) {
      return false;
    }
    link = newer;
    number = 0;
    state = State.DISCOVERING;
    inFlight.clear();
    inFlightBytes = 0;
    committedTold = 0;
    pinged = 0;
    return true;
  }

  boolean isOn(Link other) {
    return other.equals(link);
  }

  /// Whether something was said on the link.
  boolean isSpokenTo() {
    return number > 0;
  }

  boolean follows() {
    return state == State.SYNCHRONIZING || state == State.BROADCASTING;
  }

  /// Says the next thing on the link.
  void say(Said said, long epoch, long now, Effects out) {
    if (link != null) {
      number++;
      lastSaid = now;
      boolean asks =
          switch (said) {
            case Said.NewEpoch _, Said.NewLeader _, Said.Propose _ -> true;
            case Said.Ping(long _, boolean repeat) -> repeat;
            default -> false;
          };
      lastAsked = asks ? now : lastAsked;
      out.send(id, new FromLeader(link, epoch, number, said));
    }
  }

  boolean maySend(long inFlightLimit) {
    return inFlightBytes < inFlightLimit;
  }

  void sent(long last, long bytes) {
    next = last + 1;
    inFlight.addLast(new Sent(last, bytes));
    inFlightBytes += bytes;
  }

  void acknowledged(long upTo) {
    acked = Math.max(acked, upTo);
    while (!inFlight.isEmpty() && inFlight.getFirst().last() <= upTo) {
      inFlightBytes -= inFlight.removeFirst().bytes();
    }
  }

  /// When to ping it, that it hear its leader, or say again what may have been lost.
  long pingAt(long heartbeat) {
    return (owes() ? Math.min(lastSaid, lastAsked) : lastSaid) + heartbeat;
  }

  /// Whether it is to repeat what it acknowledged last.
  boolean mustRepeat(long now, long heartbeat) {
    return owes() && now - lastAsked >= heartbeat;
  }

  private boolean owes() {
    return switch (state) {
      case DISCOVERING, SYNCHRONIZING -> true;
      case BROADCASTING -> acked < next - 1;
      case AWAY, WAITING, BEHIND -> false;
    };
  }
}
