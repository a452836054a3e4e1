package io.quorate.simulation;

import java.util.List;
import java.util.stream.Stream;

/// Something that goes wrong at one moment of a run. A value, so that a run's faults can be listed,
/// left out one by one, and played again.
///
/// Times are nanoseconds. What lasts ends by itself, at the latest when the world is healed.
sealed interface Fault {
  /// Whom a fault befalls.
  sealed interface Who {
    /// The node of that number, 0, 1, 2 …
    record Numbered(int number) implements Who {
      @Override
      public String toString() {
        return "node " + number;
      }
    }

    /// Whoever leads then; if nobody is known to, the node of that number.
    record Leader(int otherwise) implements Who {
      @Override
      public String toString() {
        return "the leader (or node " + otherwise + ")";
      }
    }
  }

  /// Which way a link is cut.
  enum Way {
    BOTH,
    /// What others send is lost: deaf.
    IN,
    /// What the node sends is lost: mute.
    OUT
  }

  /// How links are cut so that some nodes still hear some others.
  enum Topology {
    /// Each node hears only its neighbours in a row.
    CHAIN,
    /// Only one node hears all others: the quorum loss of OmniPaxos.
    STAR,
    /// Two halves that share one node.
    BRIDGE
  }

  /// The process ends after so many more operations on its disk, 0: at once, and comes back later.
  record Crash(Who who, int operations, SimulatedDisk.Loss loss, long away) implements Fault {}

  /// All processes end at the same moment.
  record PowerLoss(SimulatedDisk.Loss loss, long away) implements Fault {}

  /// The process ends within so many operations whenever it has caught up by itself, so likely.
  record FragileCatchUp(Who who, double probability, int operations, long away) implements Fault {}

  /// The process does nothing for a while, and does not notice.
  record Pause(Who who, long length) implements Fault {}

  /// A flush within a turn takes very long.
  record Stall(Who who, long length) implements Fault {}

  record Isolate(Who who, Way way, long length) implements Fault {}

  /// The nodes fall into two halves.
  record Split(List<Integer> side, Way way, long length) implements Fault {}

  record Partial(Topology topology, int centre, long length) implements Fault {}

  record SlowLink(int from, int to, long by, long length) implements Fault {}

  /// What befalls all frames for a while.
  record Weather(SimulatedNetwork.Conditions conditions, long length) implements Fault {}

  /// The clock goes ahead at once.
  record ClockJump(Who who, long by) implements Fault {}

  /// The clock runs fast, or slow if below 0, by so many millionths.
  record ClockDrift(Who who, long ppm) implements Fault {}

  record SlowDisk(Who who, long flush, long length) implements Fault {}

  record FullDisk(Who who, long length) implements Fault {}

  /// Writing or forcing fails once: the process must end, and comes back later.
  record FailingDisk(Who who, int operations, long away) implements Fault {}

  /// A bit of the journal turns over, where a later frame proves what stood there; then the process
  /// ends and comes back. From then on the node may have to stay out of every quorum.
  record BitRot(Who who, long away) implements Fault {}

  /// The disk is replaced by an empty one: the node must stay out of every quorum.
  record Wipe(Who who, long away) implements Fault {}

  /// The operator moves leadership.
  record Transfer(int to) implements Fault {}

  /// The names of all faults.
  static List<String> kinds() {
    return Stream.of(Fault.class.getPermittedSubclasses()).map(Class::getSimpleName).toList();
  }

  /// The fault's name, for counting.
  default String kind() {
    return getClass().getSimpleName();
  }
}
