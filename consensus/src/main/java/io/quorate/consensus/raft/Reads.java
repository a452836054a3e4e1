package io.quorate.consensus.raft;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// The read barriers of one leadership: ReadIndex (thesis 6.4).
///
/// All barriers that wait share one round; while it is under way the next ones collect. A round
/// counts only answers that name it or a later one, so it is confirmed by messages that were sent
/// after its barriers came (R11).
final class Reads {
  private List<ReadId> collecting = new ArrayList<>();
  private List<ReadId> underWay = new ArrayList<>();
  private long underWayIndex;
  private long round;

  /// The newest round; every message of the leader carries it.
  long round() {
    return round;
  }

  void ask(ReadId id) {
    collecting.add(id);
  }

  /// Begins a round if barriers wait and none is under way.
  ///
  /// @param decided the leader's decided index, which covers all that it ever acknowledged
  /// @return whether a round began, so that its followers must be asked
  boolean begin(long decided) {
    if (!underWay.isEmpty() || collecting.isEmpty()) {
      return false;
    }
    var swap = underWay;
    underWay = collecting;
    collecting = swap;
    underWayIndex = decided;
    round++;
    return true;
  }

  /// Answers the round under way if enough members followed it.
  void confirm(Quorum quorum, Predicate<ReplicaId> followed, Effects out) {
    if (!underWay.isEmpty() && quorum.confirmsRead(followed)) {
      for (var id : underWay) {
        out.readReady(id, underWayIndex);
      }
      underWay.clear();
    }
  }

  void loseAll(Effects out) {
    underWay.forEach(out::readLost);
    collecting.forEach(out::readLost);
    underWay.clear();
    collecting.clear();
  }
}
