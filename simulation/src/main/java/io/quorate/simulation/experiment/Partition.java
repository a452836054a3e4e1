package io.quorate.simulation.experiment;

/// Which ways between nodes are left, seen from the leader, whose place is 0; the others' places
/// are 1, 2, 3 ….
public enum Partition {
  /// The leader neither hears nor reaches anybody.
  LEADER_ISOLATED("leader cut off") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from != 0 && to != 0;
    }
  },
  /// The leader reaches everybody and hears nobody.
  LEADER_DEAF("leader hears nobody") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return to != 0;
    }
  },
  /// The leader hears everybody and reaches nobody.
  LEADER_MUTE("leader reaches nobody") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from != 0;
    }
  },
  /// A follower neither hears nor reaches anybody.
  FOLLOWER_ISOLATED("follower cut off") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from != 1 && to != 1;
    }
  },
  /// A follower reaches everybody and hears nobody.
  FOLLOWER_DEAF("follower hears nobody") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return to != 1;
    }
  },
  /// A follower hears everybody and reaches nobody.
  FOLLOWER_MUTE("follower reaches nobody") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from != 1;
    }
  },
  /// Two sides; the leader is on that of the fewer.
  LEADER_WITH_MINORITY("split, leader with the minority") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      int fewer = (nodes - 1) / 2;
      return from < fewer == to < fewer;
    }
  },
  /// Two sides; the leader is on that of the more.
  LEADER_WITH_MAJORITY("split, leader with the majority") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      int more = nodes - (nodes - 1) / 2;
      return from < more == to < more;
    }
  },
  /// Each reaches only its neighbours in a row, at whose end the leader stands.
  CHAIN("chain, leader at its end") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return Math.abs(from - to) == 1;
    }
  },
  /// Everybody reaches only one node, a follower.
  STAR("star around a follower") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from == 1 || to == 1;
    }
  },
  /// Two halves that only one node, a follower, belongs to both of.
  BRIDGE("two halves bridged by a follower") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      return from == 1 || to == 1 || isNear(from, nodes) == isNear(to, nodes);
    }

    private boolean isNear(int place, int nodes) {
      return place <= nodes / 2;
    }
  },
  /// Everybody but the leader, which is cut off, reaches only one node; and that one lacks what was
  /// decided last, which those next in place hold.
  STALE_STAR("star around a follower that lags, leader cut off") {
    @Override
    boolean isOpen(int from, int to, int nodes) {
      int centre = nodes - 1;
      return from != 0 && to != 0 && (from == centre || to == centre);
    }

    @Override
    boolean isOpenBefore(int from, int to, int nodes) {
      int majority = nodes / 2 + 1;
      return from < majority && to < majority;
    }
  };

  private final String words;

  Partition(String words) {
    this.words = words;
  }

  /// As people are told of it.
  public String words() {
    return words;
  }

  /// Whether any node reaches a majority, itself counted, and is reached by it: where none does,
  /// nobody can lead.
  public boolean leavesQuorum(int nodes) {
    for (int one = 0; one < nodes; one++) {
      int reached = 1;
      for (int other = 0; other < nodes; other++) {
        if (one != other && isOpen(one, other, nodes) && isOpen(other, one, nodes)) {
          reached++;
        }
      }
      if (reached > nodes / 2) {
        return true;
      }
    }
    return false;
  }

  /// Whether what is at the one place reaches what is at the other.
  abstract boolean isOpen(int from, int to, int nodes);

  /// The same for the second before, in which something is decided.
  boolean isOpenBefore(int from, int to, int nodes) {
    return true;
  }
}
