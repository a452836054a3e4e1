package io.quorate.simulation.history;

import io.quorate.simulation.history.KvHistory.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which revisions clients had been told of, at which time.
final class RevisionTimes {
  /// The revision of a store that nobody has written to.
  static final long EMPTY = 1;

  /// Ends of answered calls in their order, and the greatest revision told up to each.
  private final long[] ends;

  private final long[] greatestSoFar;

  RevisionTimes(List<Call> calls) {
    var answered = new ArrayList<Call>();
    for (var call : calls) {
      if (call.answer() != null) {
        answered.add(call);
      }
    }
    answered.sort(Comparator.comparingLong(Call::end));
    ends = new long[answered.size()];
    greatestSoFar = new long[answered.size()];
    long greatest = EMPTY;
    for (int i = 0; i < ends.length; i++) {
      var answer = answered.get(i).answer();
      greatest = Math.max(greatest, answer == null ? EMPTY : answer.revision());
      ends[i] = answered.get(i).end();
      greatestSoFar[i] = greatest;
    }
  }

  /// The greatest revision of what had ended before a time.
  long knownBefore(long time) {
    int low = 0;
    int high = ends.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? EMPTY : greatestSoFar[low - 1];
  }

  long greatest() {
    return ends.length == 0 ? EMPTY : greatestSoFar[ends.length - 1];
  }
}
