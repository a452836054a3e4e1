package io.quorate.simulation.history;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Searches for an order in which operations on one register can have happened, each between its
/// call and its end: a second opinion that ignores revisions.
///
/// The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993) with the
/// memory of Lowe ("Testing for linearizability", 2017): of all orders that come to the same set of
/// operations and the same value, one is enough. That each key can be searched by itself is
/// linearizability's locality (Herlihy and Wing, 1990).
///
/// It leaves out what cannot find more, as each value is written once. What only tells of the value
/// that is there comes next. A value is not replaced before all have come that saw it. An operation
/// of unknown outcome has happened if its value was seen, before that; else it may have happened at
/// any time from its call on, or never, and where it is not directly followed by one that tells
/// what the register held, it can as well be left out.
public final class RegisterSearch {
  public enum Verdict {
    /// There is an order.
    POSSIBLE,
    /// There is none.
    IMPOSSIBLE,
    /// It took too many steps to find out.
    UNDECIDED
  }

  /// What was done so far, what the register holds, and whether the next operation has to tell.
  private record Place(BitSet done, String value, boolean mustTell) {}

  /// Where the search has a choice.
  private static final class Choice {
    final String value;

    /// The operations that may come next, in the order in which they are tried.
    final List<Integer> candidates;

    int next;

    /// The one that is tried.
    int taken = -1;

    Choice(String value, List<Integer> candidates) {
      this.value = value;
      this.candidates = candidates;
    }
  }

  private final List<RegisterOp> ops;
  private final int steps;
  private final BitSet done = new BitSet();

  /// The operations that must have happened, by call and by end.
  private final List<Integer> byCall = new ArrayList<>();

  private final List<Integer> byEnd;

  /// Those that may have happened, by call.
  private final List<Integer> optional = new ArrayList<>();

  /// The values that any operation saw, or may have.
  private final Set<String> seen = new TreeSet<>();

  /// How many operations that saw a value are still to come.
  private final Map<String, Integer> toSee = new LinkedHashMap<>();

  private RegisterSearch(List<RegisterOp> ops, int steps) {
    this.ops = ops;
    this.steps = steps;
    for (int i = 0; i < ops.size(); i++) {
      (ops.get(i).isOptional() ? optional : byCall).add(i);
    }
    byEnd = new ArrayList<>(byCall);
    byEnd.sort(Comparator.comparingLong(i -> ops.get(i).end()));
    byCall.forEach(number -> count(number, 1));
    for (var op : ops) {
      if (op.sees() != null) {
        seen.add(op.sees());
      }
    }
  }

  /// @param ops in the order of their calls
  /// @param most how many of them are looked at; of what comes later nothing is claimed
  /// @param steps how many choices may be tried
  public static Verdict search(List<RegisterOp> ops, int most, int steps) {
    return new RegisterSearch(seenOnes(firstOf(ops, most)), steps).search();
  }

  /// A beginning of a history can have happened if the whole can: what had not ended then may have
  /// happened by then, or not.
  private static List<RegisterOp> firstOf(List<RegisterOp> ops, int most) {
    if (ops.size() <= most) {
      return ops;
    }
    long cut = ops.get(most).call();
    var first = new ArrayList<RegisterOp>();
    for (var op : ops.subList(0, most)) {
      if (op.end() < cut) {
        first.add(op);
      } else if (op.writes() != null) {
        first.add(op.endingAt(KvHistory.NEVER));
      }
    }
    return first;
  }

  /// What wrote a value that was seen has happened, and no later than that.
  private static List<RegisterOp> seenOnes(List<RegisterOp> ops) {
    var all = new ArrayList<>(ops);
    var seenBy = new LinkedHashMap<String, Long>();
    for (boolean more = true; more; ) {
      more = false;
      for (var op : all) {
        if (op.sees() != null && !op.isOptional()) {
          seenBy.merge(op.sees(), op.end(), Math::min);
        }
      }
      for (int i = 0; i < all.size(); i++) {
        var op = all.get(i);
        if (op.isOptional()
            && !RegisterOp.NOTHING.equals(op.writes())
            && seenBy.containsKey(op.writes())) {
          all.set(i, op.endingAt(seenBy.get(op.writes())));
          more = true;
        }
      }
    }
    return all;
  }

  private Verdict search() {
    Set<Place> been = new LinkedHashSet<>();
    var path = new ArrayList<Choice>();
    path.add(choice(RegisterOp.NOTHING, false));
    int tried = 0;
    while (!path.isEmpty()) {
      if (firstOpenEnd() == KvHistory.NEVER) {
        return Verdict.POSSIBLE;
      }
      var here = path.getLast();
      if (here.next == here.candidates.size()) {
        path.removeLast();
        if (!path.isEmpty()) {
          undo(path.getLast().taken);
        }
        continue;
      }
      if (++tried > steps) {
        return Verdict.UNDECIDED;
      }
      int number = here.candidates.get(here.next++);
      var op = ops.get(number);
      done.set(number);
      count(number, -1);
      String value = op.writes() == null ? here.value : op.writes();
      if (been.add(new Place((BitSet) done.clone(), value, op.isOptional()))) {
        here.taken = number;
        path.add(choice(value, op.isOptional()));
      } else {
        undo(number);
      }
    }
    return Verdict.IMPOSSIBLE;
  }

  private void undo(int number) {
    done.clear(number);
    count(number, 1);
  }

  private void count(int number, int more) {
    var op = ops.get(number);
    if (!op.isOptional() && op.sees() != null) {
      toSee.merge(op.sees(), more, Integer::sum);
    }
  }

  /// When the first of those that must still come had ended.
  private long firstOpenEnd() {
    for (int number : byEnd) {
      if (!done.get(number)) {
        return ops.get(number).end();
      }
    }
    return KvHistory.NEVER;
  }

  private Choice choice(String value, boolean mustTell) {
    long before = firstOpenEnd();
    var candidates = new ArrayList<Integer>();
    for (int number : byCall) {
      var op = ops.get(number);
      if (op.call() > before) {
        break;
      }
      if (mayCome(number, value, mustTell)) {
        if (op.writes() == null) {
          return new Choice(value, List.of(number));
        }
        candidates.add(number);
      }
    }
    // Of those that differ in nothing that anybody saw but their calls, one is enough.
    boolean anyPut = false;
    boolean anyDeletion = false;
    for (int number : optional) {
      var op = ops.get(number);
      if (op.call() > before) {
        break;
      }
      if (mayCome(number, value, mustTell)) {
        boolean deletes = RegisterOp.NOTHING.equals(op.writes());
        boolean alike = !op.observes() && (deletes || !seen.contains(op.writes()));
        if (!alike || !(deletes ? anyDeletion : anyPut)) {
          candidates.add(number);
        }
        anyDeletion |= alike && deletes;
        anyPut |= alike && !deletes;
      }
    }
    return new Choice(value, candidates);
  }

  private boolean mayCome(int number, String value, boolean mustTell) {
    var op = ops.get(number);
    if (done.get(number) || !op.fits(value) || (mustTell && !op.observes())) {
      return false;
    }
    if (op.writes() == null || value.equals(RegisterOp.NOTHING)) {
      return true;
    }
    boolean itself = !op.isOptional() && value.equals(op.sees());
    return toSee.getOrDefault(value, 0) == (itself ? 1 : 0);
  }
}
