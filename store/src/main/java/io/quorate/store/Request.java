package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.List;

/// What clients ask of the store. Keys and values are views of the bytes that came in.
public sealed interface Request {

  /// What a transaction does in one of its branches.
  sealed interface Op extends Request {}

  /// An operation of a transaction that names nothing to do.
  record Nothing() implements Op {}

  /// In which order keys are answered.
  enum SortOrder {
    NONE,
    ASCEND,
    DESCEND,
    /// A number that no version has.
    UNKNOWN
  }

  /// By what keys are ordered.
  enum SortTarget {
    KEY,
    VERSION,
    CREATE,
    MOD,
    VALUE,
    /// A number that no version has.
    UNKNOWN
  }

  /// @param limit how many keys at most; 0 or less: all
  /// @param revision at which to read; 0 or less: the newest
  /// @param minMod and the next three: bounds, inclusive; 0: none
  record Range(
      Bytes key,
      Bytes rangeEnd,
      long limit,
      long revision,
      SortOrder order,
      SortTarget target,
      boolean serializable,
      boolean keysOnly,
      boolean countOnly,
      long minMod,
      long maxMod,
      long minCreate,
      long maxCreate)
      implements Op {

    /// @throws MalformedException if the bytes are no request of this kind
    public static Range read(Bytes encoded) throws MalformedException {
      return RequestReader.range(encoded);
    }

    KeyRange keys() {
      return KeyRange.of(key, rangeEnd);
    }

    public boolean isFiltered() {
      return minMod != 0 || maxMod != 0 || minCreate != 0 || maxCreate != 0;
    }
  }

  record Put(
      Bytes key, Bytes value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
      implements Op {

    /// @throws MalformedException if the bytes are no request of this kind
    public static Put read(Bytes encoded) throws MalformedException {
      return RequestReader.put(encoded);
    }
  }

  record DeleteRange(Bytes key, Bytes rangeEnd, boolean prevKv) implements Op {
    /// @throws MalformedException if the bytes are no request of this kind
    public static DeleteRange read(Bytes encoded) throws MalformedException {
      return RequestReader.deleteRange(encoded);
    }

    KeyRange keys() {
      return KeyRange.of(key, rangeEnd);
    }
  }

  /// If all compares hold, the first list of operations, else the second.
  record Txn(List<Compare> compares, List<Op> success, List<Op> failure) implements Op {
    /// @throws MalformedException if the bytes are no request of this kind
    public static Txn read(Bytes encoded) throws MalformedException {
      return RequestReader.txn(encoded);
    }

    /// Whether it can change nothing, whatever branch is taken. One within another counts as a
    /// write, even an empty one (etcd-85).
    public boolean isReadOnly() {
      return isReadOnly(success) && isReadOnly(failure);
    }

    private static boolean isReadOnly(List<Op> ops) {
      return ops.stream().allMatch(op -> op instanceof Range);
    }

    /// Whether it asks for local state, which may be stale: it reads, and each of its reads does.
    /// One that only compares does not, for who elects a leader by it must not see two (etcd-86).
    public boolean isSerializable() {
      return isReadOnly()
          && (!success.isEmpty() || !failure.isEmpty())
          && isSerializable(success)
          && isSerializable(failure);
    }

    private static boolean isSerializable(List<Op> ops) {
      return ops.stream().allMatch(op -> op instanceof Range range && range.serializable);
    }
  }

  /// @param ttl seconds
  record LeaseGrant(long ttl, long id) implements Request {
    /// The longest TTL (etcd-154).
    public static final long MAX_TTL = 9_000_000_000L;

    /// @throws MalformedException if the bytes are no request of this kind
    public static LeaseGrant read(Bytes encoded) throws MalformedException {
      return RequestReader.leaseGrant(encoded);
    }

    public Bytes encode() {
      var out = new ProtoWriter(ProtoWriter.sizeOfNumber(ttl) + ProtoWriter.sizeOfNumber(id));
      out.number(1, ttl);
      out.number(2, id);
      return out.done();
    }
  }

  record LeaseRevoke(long id) implements Request {
    /// @throws MalformedException if the bytes are no request of this kind
    public static LeaseRevoke read(Bytes encoded) throws MalformedException {
      return RequestReader.leaseRevoke(encoded);
    }
  }

  /// Tells of alarms, or changes them.
  ///
  /// @param node 0 and unknown ones are as good as any
  /// @param type 0: all, or none
  record ChangeAlarm(Action action, long node, long type) implements Request {
    /// What is to be done.
    public enum Action {
      GET(0),
      ACTIVATE(1),
      DEACTIVATE(2),
      /// A number that no version has.
      UNKNOWN(3);

      private final int number;

      Action(int number) {
        this.number = number;
      }
    }

    /// @throws MalformedException if the bytes are no request of this kind
    public static ChangeAlarm read(Bytes encoded) throws MalformedException {
      return RequestReader.changeAlarm(encoded);
    }

    public Bytes encode() {
      var out =
          new ProtoWriter(
              ProtoWriter.sizeOfNumber(action.number)
                  + ProtoWriter.sizeOfNumber(node)
                  + ProtoWriter.sizeOfNumber(type));
      out.number(1, action.number);
      out.number(2, node);
      out.number(3, type);
      return out.done();
    }
  }

  /// @param physical whether the answer waits until this node has removed what was superseded
  record Compact(long revision, boolean physical) implements Request {
    /// @throws MalformedException if the bytes are no request of this kind
    public static Compact read(Bytes encoded) throws MalformedException {
      return RequestReader.compact(encoded);
    }

    public Bytes encode() {
      var out =
          new ProtoWriter(
              ProtoWriter.sizeOfNumber(revision) + ProtoWriter.sizeOfNumber(physical ? 1 : 0));
      out.number(1, revision);
      out.flag(2, physical);
      return out.done();
    }
  }
}
