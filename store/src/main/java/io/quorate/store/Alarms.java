package io.quorate.store;

import io.quorate.store.Request.ChangeAlarm;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The alarms that are raised now, and what they forbid: the same on every replica, for they are
/// raised and ended in the log (etcd-24, 25, 201).
final class Alarms {
  /// Clients may raise alarms in any name; each takes memory on every node.
  static final int MAX = 1_000;

  private final TreeSet<Alarm> raised;

  Alarms(List<Alarm> stored) {
    raised = new TreeSet<>(stored);
  }

  /// In ascending order of type and node.
  List<Alarm> raised() {
    return List.copyOf(raised);
  }

  private boolean isRaised(long type) {
    return raised.stream().anyMatch(alarm -> alarm.type() == type);
  }

  /// Whether nothing may be written at all.
  boolean isCorrupt() {
    return isRaised(Alarm.CORRUPT);
  }

  /// Why a request is refused while these alarms hold; null if it is not.
  @Nullable Failure refusal(Request request) {
    if (raised.isEmpty() || (request instanceof Request.Txn txn && txn.isReadOnly())) {
      return null;
    } else if (isCorrupt()) {
      return Failure.CORRUPT;
    }
    return Space.cost(request) > 0 && isRaised(Alarm.NO_SPACE) ? Failure.NO_SPACE : null;
  }

  /// Raises or ends an alarm (etcd-M5). The answer holds it, if it is raised or was until now.
  Outcome change(ChangeAlarm change, long revision, Generation into) {
    var alarm = new Alarm(change.node(), change.type());
    boolean held = raised.contains(alarm);
    boolean raises = change.action() == ChangeAlarm.Action.ACTIVATE && change.type() != 0;
    boolean told = raises || (held && change.action() == ChangeAlarm.Action.DEACTIVATE);
    if (raises && !held) {
      if (raised.size() >= MAX) {
        return new Outcome.Failed(Failure.TOO_MANY_ALARMS);
      }
      raised.add(alarm);
      into.putAlarm(alarm, true);
    } else if (told && !raises) {
      raised.remove(alarm);
      into.putAlarm(alarm, false);
    }
    return new Outcome.Done(revision, Alarm.response(told ? List.of(alarm) : List.of()));
  }
}
