package io.quorate.node.etcd;

import io.quorate.node.Call;
import io.quorate.node.Rpc;
import io.quorate.node.Unanswered;
import io.quorate.store.Alarm;
import io.quorate.store.Command;
import io.quorate.store.Failure;
import io.quorate.store.Outcome;
import io.quorate.store.Request;
import io.quorate.store.Space;
import java.util.ArrayList;
import java.util.List;

/// Keeps a node's storage below a limit: past it requests that put are refused at this door, after
/// the alarm that has them refused everywhere has been raised (etcd-23, M6).
///
/// Measured are the bytes that storage takes up on this node's disk. Replicas decide nothing by
/// them, so that what is in the log takes effect everywhere or nowhere: a write that was let in
/// stays within its bounds by what is let in here until the next measurement, and may exceed them
/// by what other nodes let in at the same time.
final class Quota {
  /// How far a measurement may be behind: bytes let in here, and revisions of the store.
  private static final long STALE_BYTES = 1 << 20;

  private static final long STALE_REVISIONS = 1_000;

  private final ServingNode member;
  private final long bytes;
  private final List<Rpc.Reply> refused = new ArrayList<>();
  private boolean raising;

  private long measured;
  private long measuredAt;
  private long letIn;

  /// @param bytes negative: without limit
  Quota(ServingNode member, long bytes) {
    this.member = member;
    this.bytes = bytes;
    measure();
  }

  private void measure() {
    measured = member.store().bytesOnDisk();
    measuredAt = member.store().revision();
    letIn = 0;
  }

  /// Whether there is room for a request; if not, the call is answered in time.
  boolean admits(Request request, Rpc.Reply reply) {
    long cost = bytes < 0 ? 0 : Space.cost(request);
    if (cost == 0) {
      return true;
    }
    if (isStale() || measured + letIn + cost >= bytes) {
      measure();
    }
    if (measured + cost >= bytes) {
      refuse(reply);
      return false;
    }
    letIn += cost;
    return true;
  }

  private boolean isStale() {
    return letIn >= STALE_BYTES || member.store().revision() - measuredAt >= STALE_REVISIONS;
  }

  /// The alarm comes first: who hears of the refusal finds it raised.
  private void refuse(Rpc.Reply reply) {
    if (member.store().alarms().contains(own())) {
      ServingNode.fail(Failure.NO_SPACE, reply);
      return;
    }
    refused.add(reply);
    if (!raising) {
      raising = true;
      raise();
    }
  }

  private Alarm own() {
    return new Alarm(member.node().id(), Alarm.NO_SPACE);
  }

  private void raise() {
    member
        .node()
        .log(
            "storage takes up %s bytes of a quota of %s: the alarm NOSPACE is raised; compact, defragment, then disarm it"
                .formatted(measured, bytes));
    var raise =
        new Request.ChangeAlarm(
            Request.ChangeAlarm.Action.ACTIVATE, member.node().id(), Alarm.NO_SPACE);
    member
        .group()
        .propose(
            Command.of(Command.Type.ALARM, raise.encode()).encode(),
            new Call<>() {
              @Override
              public void done(Outcome outcome) {
                answer();
              }

              @Override
              public void unanswered(Unanswered why) {
                answer();
              }
            });
  }

  private void answer() {
    raising = false;
    var waiting = List.copyOf(refused);
    refused.clear();
    waiting.forEach(reply -> ServingNode.fail(Failure.NO_SPACE, reply));
  }
}
