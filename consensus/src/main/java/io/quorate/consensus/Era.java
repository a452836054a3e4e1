package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stretch of a group's log with one protocol, one set of members and fixed options.
///
/// @param number 1, 2, 3 … within the group
/// @param protocol the name of the protocol, as [Protocol#name()] gives it
/// @param base the index of the last entry before the era; its first entry has `base + 1`
/// @param voters who elects and decides, in ascending order of their ids
/// @param learners who follows without a voice, in ascending order of their ids
/// @param firstLeader who may lead once without an election; null in era 1
/// @param firstTerm the term of that leadership; no term of the era is lower
/// @param origin what the group's state held before its first entry: 0 for nothing, else the number
///   of the snapshot that it was restored from
/// @param featureLevel what all members understand, so that replicas of mixed versions apply alike
public record Era(
    long number,
    String protocol,
    long base,
    List<ReplicaId> voters,
    List<ReplicaId> learners,
    @Nullable ReplicaId firstLeader,
    long firstTerm,
    int featureLevel,
    Options options,
    long origin) {

  /// What all members of an era must agree on.
  ///
  /// @param electing how many voters make a leader; 0: a majority
  /// @param deciding how many voters decide an entry; 0: a majority
  /// @param leaseMillis how long, by its own clock, a voter stays with a leader that it has heard,
  ///   so that the leader may answer reads by itself meanwhile; 0: no leader leases
  /// @param leaseDriftPpm by how many millionths of true time a member's clock may run fast or slow
  ///   under leader leases; 0 without them
  /// @param leaderlessReads whether any member may answer a read barrier
  public record Options(
      int electing, int deciding, int leaseMillis, int leaseDriftPpm, boolean leaderlessReads) {
    public static final Options DEFAULT = new Options(0, 0, 0, 0, false);

    private static final int MAX_LEASE_MILLIS = 3_600_000;

    /// Above it no lease is left.
    private static final int MAX_DRIFT_PPM = 499_999;

    public Options {
      boolean leases = leaseMillis != 0;
      if (leaseMillis < 0 || leaseMillis > MAX_LEASE_MILLIS) {
        throw new IllegalArgumentException(
            "leases of %s ms; up to %s are possible".formatted(leaseMillis, MAX_LEASE_MILLIS));
      }
      if (leases ? leaseDriftPpm < 1 || leaseDriftPpm > MAX_DRIFT_PPM : leaseDriftPpm != 0) {
        throw new IllegalArgumentException(
            "leases of %s ms with clocks that drift by %s ppm: leases need a bound from 1 to %s"
                    .formatted(leaseMillis, leaseDriftPpm, MAX_DRIFT_PPM)
                + ", and only they do");
      }
    }

    /// What is not as usual, for people; empty if all is.
    public String describe() {
      var words = new ArrayList<String>();
      if (electing != 0) {
        words.add(electing + " elect");
      }
      if (deciding != 0) {
        words.add(deciding + " decide");
      }
      if (leaseMillis != 0) {
        words.add(
            "leases of %s ms with clocks within %s ppm".formatted(leaseMillis, leaseDriftPpm));
      }
      if (leaderlessReads) {
        words.add("reads without a leader");
      }
      return String.join(", ", words);
    }

    /// These options with leader leases.
    public Options withLeases(int millis, int driftPpm) {
      return new Options(electing, deciding, millis, driftPpm, leaderlessReads);
    }
  }

  /// The highest feature level that this version understands. A node takes no part in an era of a
  /// higher one.
  public static final int UNDERSTOOD = 0;

  private static final int MAX_MEMBERS = 1_000;

  /// An era of a group that began with nothing.
  public Era(
      long number,
      String protocol,
      long base,
      List<ReplicaId> voters,
      List<ReplicaId> learners,
      @Nullable ReplicaId firstLeader,
      long firstTerm,
      int featureLevel,
      Options options) {
    this(
        number, protocol, base, voters, learners, firstLeader, firstTerm, featureLevel, options, 0);
  }

  public Era {
    voters = List.copyOf(voters);
    learners = List.copyOf(learners);
    requireAscending(voters);
    requireAscending(learners);
    if (voters.isEmpty()) {
      throw new IllegalArgumentException("era " + number + " has no voter");
    }
  }

  private static void requireAscending(List<ReplicaId> ids) {
    for (int i = 1; i < ids.size(); i++) {
      if (ids.get(i - 1).compareTo(ids.get(i)) >= 0) {
        throw new IllegalArgumentException("members out of order: " + ids);
      }
    }
  }

  /// The first era of a group: nobody is named to lead.
  public static Era first(String protocol, List<ReplicaId> voters) {
    return first(protocol, voters, List.of(), Options.DEFAULT);
  }

  /// The first era of a group, with all that can be said of one.
  public static Era first(
      String protocol, List<ReplicaId> voters, List<ReplicaId> learners, Options options) {
    return new Era(
        1,
        protocol,
        0,
        voters.stream().sorted().toList(),
        learners.stream().sorted().toList(),
        null,
        0,
        0,
        options);
  }

  /// This era, of a group whose state began with a snapshot.
  public Era withOrigin(long from) {
    return new Era(
        number,
        protocol,
        base,
        voters,
        learners,
        firstLeader,
        firstTerm,
        featureLevel,
        options,
        from);
  }

  /// How its members agree: the protocol, behind it what is not as usual, and from what snapshot
  /// they started, if from any.
  public String agreement() {
    var unusual = options.describe();
    var how = unusual.isEmpty() ? protocol : protocol + " (" + unusual + ")";
    return origin == 0 ? how : how + " from snapshot " + Long.toHexString(origin);
  }

  /// Everybody: voters, then learners.
  public List<ReplicaId> members() {
    var members = new ArrayList<>(voters);
    members.addAll(learners);
    return List.copyOf(members);
  }

  public boolean isMember(ReplicaId id) {
    return voters.contains(id) || learners.contains(id);
  }

  /// Options travel as numbered seats; a seat that a node does not know is refused, never guessed.
  public static final Codec<Era> CODEC =
      new Codec<>() {
        private static final int ELECTING = 1;
        private static final int DECIDING = 2;
        private static final int LEASE_DRIFT_PPM = 3;
        private static final int LEADERLESS_READS = 4;
        private static final int LEASE_MILLIS = 5;
        private static final int ORIGIN = 6;
        private static final int SEATS = 7;

        @Override
        public void write(Era era, WireWriter out) {
          out.varint(era.number);
          out.string(era.protocol);
          out.varint(era.base);
          writeIds(era.voters, out);
          writeIds(era.learners, out);
          out.bool(era.firstLeader != null);
          if (era.firstLeader != null) {
            ReplicaId.CODEC.write(era.firstLeader, out);
          }
          out.varint(era.firstTerm);
          out.varint(era.featureLevel);
          var seats = new long[SEATS];
          seats[ELECTING] = era.options.electing;
          seats[DECIDING] = era.options.deciding;
          seats[LEASE_DRIFT_PPM] = era.options.leaseDriftPpm;
          seats[LEADERLESS_READS] = era.options.leaderlessReads ? 1 : 0;
          seats[LEASE_MILLIS] = era.options.leaseMillis;
          seats[ORIGIN] = era.origin;
          int used = 0;
          for (long seat : seats) {
            used += seat == 0 ? 0 : 1;
          }
          out.varint(used);
          for (int i = 0; i < seats.length; i++) {
            if (seats[i] != 0) {
              out.varint(i);
              out.varint(seats[i]);
            }
          }
        }

        private static void writeIds(List<ReplicaId> ids, WireWriter out) {
          out.varint(ids.size());
          for (var id : ids) {
            ReplicaId.CODEC.write(id, out);
          }
        }

        @Override
        public Era read(WireReader in) throws MalformedException {
          long number = in.count();
          var protocol = in.string();
          long base = in.count();
          var voters = readIds(in);
          var learners = readIds(in);
          var firstLeader = in.bool() ? ReplicaId.CODEC.read(in) : null;
          long firstTerm = in.count();
          long featureLevel = in.count();
          if (featureLevel > Integer.MAX_VALUE) {
            throw new MalformedException("era " + number + " has feature level " + featureLevel);
          }
          int used = in.size(2);
          var seats = new long[SEATS];
          for (int i = 0; i < used; i++) {
            long seat = in.count();
            if (seat < ELECTING || seat >= seats.length) {
              throw new MalformedException(
                  "era " + number + " has option " + seat + ": this node is too old to take part");
            }
            long value = in.count();
            if (value > highest(seat)) {
              throw new MalformedException(
                  "era %s has %s as option %s: this node is too old to take part"
                      .formatted(number, value, seat));
            }
            seats[(int) seat] = value;
          }
          try {
            var options =
                new Options(
                    (int) seats[ELECTING],
                    (int) seats[DECIDING],
                    (int) seats[LEASE_MILLIS],
                    (int) seats[LEASE_DRIFT_PPM],
                    seats[LEADERLESS_READS] != 0);
            return new Era(
                number,
                protocol,
                base,
                voters,
                learners,
                firstLeader,
                firstTerm,
                (int) featureLevel,
                options,
                seats[ORIGIN]);
          } catch (IllegalArgumentException e) {
            throw new MalformedException("no era: " + e.getMessage());
          }
        }

        private static long highest(long seat) {
          if (seat == ORIGIN) {
            return Long.MAX_VALUE;
          }
          return seat == LEADERLESS_READS ? 1 : Integer.MAX_VALUE;
        }

        private static List<ReplicaId> readIds(WireReader in) throws MalformedException {
          int count = in.size(9);
          if (count > MAX_MEMBERS) {
            throw new MalformedException("an era of " + count + " members");
          }
          var ids = new ArrayList<ReplicaId>(count);
          for (int i = 0; i < count; i++) {
            ids.add(ReplicaId.CODEC.read(in));
          }
          return ids;
        }
      };
}
