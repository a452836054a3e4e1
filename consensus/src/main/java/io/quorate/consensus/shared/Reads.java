package io.quorate.consensus.shared;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// The read barriers of one leadership: Raft's ReadIndex (thesis 6.4), and its like.
///
/// All barriers that wait share one round; while it is under way the next ones collect. A round
/// counts only answers that name it or a later one, so it is confirmed by messages that were sent
/// after its barriers came (R11, P12, Z8).
public final class Reads {
  private List<ReadId> collecting = new ArrayList<>();
  private List<ReadId> underWay = new ArrayList<>();
  private long underWayIndex;
  private long round;

  public void ask(ReadId id) {
    collecting.add(id);
  }

  /// Whether barriers wait and none are under way.
  public boolean wantRound() {
    return underWay.isEmpty() && !collecting.isEmpty();
  }

  /// A round begins for those that wait.
  ///
  /// @param decided the leader's decided index, which covers all that it ever acknowledged
  public void begin(long begun, long decided) {
    var swap = underWay;
    underWay = collecting;
    collecting = swap;
    underWayIndex = decided;
    round = begun;
  }

  /// Answers the barriers under way if enough members followed their round.
  ///
  /// @param followed who has answered a round, or a later one
  public void confirm(Quorum quorum, LongFunction<Predicate<ReplicaId>> followed, Effects out) {
    if (!underWay.isEmpty() && quorum.confirmsRead(followed.apply(round))) {
      for (var id : underWay) {
        out.readReady(id, underWayIndex);
      }
      underWay.clear();
    }
  }

  public void loseAll(Effects out) {
    underWay.forEach(out::readLost);
    collecting.forEach(out::readLost);
    underWay.clear();
    collecting.clear();
  }
}
