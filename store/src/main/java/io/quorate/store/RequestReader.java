package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.store.Request.ChangeAlarm;
import io.quorate.store.Request.Op;
import io.quorate.store.Request.SortOrder;
import io.quorate.store.Request.SortTarget;
import java.util.ArrayList;
import java.util.List;

/// Makes requests of the bytes that clients sent, in the wire form of etcd's API.
final class RequestReader {
  /// Transactions within each other, so that no request can exhaust the stack.
  private static final int MAX_DEPTH = 128;

  private static final SortOrder[] SORT_ORDERS = SortOrder.values();
  private static final SortTarget[] SORT_TARGETS = SortTarget.values();
  private static final ChangeAlarm.Action[] ACTIONS = ChangeAlarm.Action.values();
  private static final Compare.Result[] RESULTS = Compare.Result.values();
  private static final Compare.Target[] TARGETS = Compare.Target.values();

  private RequestReader() {}

  /// The constant of a number; the last of them stands for those that no version has.
  private static <E> E constant(E[] constants, long number) {
    int index = (int) number;
    return constants[index < 0 || index >= constants.length ? constants.length - 1 : index];
  }

  static Request.Range range(Bytes encoded) throws MalformedException {
    var key = Bytes.EMPTY;
    var rangeEnd = Bytes.EMPTY;
    long limit = 0;
    long revision = 0;
    var order = SortOrder.NONE;
    var target = SortTarget.KEY;
    boolean serializable = false;
    boolean keysOnly = false;
    boolean countOnly = false;
    long minMod = 0;
    long maxMod = 0;
    long minCreate = 0;
    long maxCreate = 0;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.bytesField()) {
        case 1 -> key = in.bytes();
        case 2 -> rangeEnd = in.bytes();
        default -> {}
      }
      switch (in.numberField()) {
        case 3 -> limit = in.number();
        case 4 -> revision = in.number();
        case 5 -> order = constant(SORT_ORDERS, in.number());
        case 6 -> target = constant(SORT_TARGETS, in.number());
        case 7 -> serializable = in.flag();
        case 8 -> keysOnly = in.flag();
        case 9 -> countOnly = in.flag();
        case 10 -> minMod = in.number();
        case 11 -> maxMod = in.number();
        case 12 -> minCreate = in.number();
        case 13 -> maxCreate = in.number();
        default -> {}
      }
    }
    return new Request.Range(
        key,
        rangeEnd,
        limit,
        revision,
        order,
        target,
        serializable,
        keysOnly,
        countOnly,
        minMod,
        maxMod,
        minCreate,
        maxCreate);
  }

  static Request.Put put(Bytes encoded) throws MalformedException {
    var key = Bytes.EMPTY;
    var value = Bytes.EMPTY;
    long lease = 0;
    boolean prevKv = false;
    boolean ignoreValue = false;
    boolean ignoreLease = false;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.bytesField()) {
        case 1 -> key = in.bytes();
        case 2 -> value = in.bytes();
        default -> {}
      }
      switch (in.numberField()) {
        case 3 -> lease = in.number();
        case 4 -> prevKv = in.flag();
        case 5 -> ignoreValue = in.flag();
        case 6 -> ignoreLease = in.flag();
        default -> {}
      }
    }
    return new Request.Put(key, value, lease, prevKv, ignoreValue, ignoreLease);
  }

  static Request.DeleteRange deleteRange(Bytes encoded) throws MalformedException {
    var key = Bytes.EMPTY;
    var rangeEnd = Bytes.EMPTY;
    boolean prevKv = false;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.bytesField()) {
        case 1 -> key = in.bytes();
        case 2 -> rangeEnd = in.bytes();
        default -> {}
      }
      if (in.numberField() == 3) {
        prevKv = in.flag();
      }
    }
    return new Request.DeleteRange(key, rangeEnd, prevKv);
  }

  static Request.Compact compact(Bytes encoded) throws MalformedException {
    long revision = 0;
    boolean physical = false;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.numberField()) {
        case 1 -> revision = in.number();
        case 2 -> physical = in.flag();
        default -> {}
      }
    }
    return new Request.Compact(revision, physical);
  }

  static ChangeAlarm changeAlarm(Bytes encoded) throws MalformedException {
    var action = ChangeAlarm.Action.GET;
    long node = 0;
    long type = 0;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.numberField()) {
        case 1 -> action = constant(ACTIONS, in.number());
        case 2 -> node = in.number();
        case 3 -> type = in.number();
        default -> {}
      }
    }
    return new ChangeAlarm(action, node, type);
  }

  static Request.LeaseGrant leaseGrant(Bytes encoded) throws MalformedException {
    long ttl = 0;
    long id = 0;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.numberField()) {
        case 1 -> ttl = in.number();
        case 2 -> id = in.number();
        default -> {}
      }
    }
    return new Request.LeaseGrant(ttl, id);
  }

  static Request.LeaseRevoke leaseRevoke(Bytes encoded) throws MalformedException {
    long id = 0;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      if (in.numberField() == 1) {
        id = in.number();
      }
    }
    return new Request.LeaseRevoke(id);
  }

  static Request.Txn txn(Bytes encoded) throws MalformedException {
    return txn(encoded, 1);
  }

  private static Request.Txn txn(Bytes encoded, int depth) throws MalformedException {
    if (depth > MAX_DEPTH) {
      throw new MalformedException("more than " + MAX_DEPTH + " transactions within each other");
    }
    var compares = new ArrayList<Compare>();
    var success = new ArrayList<Op>();
    var failure = new ArrayList<Op>();
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.bytesField()) {
        case 1 -> compares.add(compare(in.bytes()));
        case 2 -> success.add(op(in.bytes(), depth));
        case 3 -> failure.add(op(in.bytes(), depth));
        default -> {}
      }
    }
    return new Request.Txn(List.copyOf(compares), List.copyOf(success), List.copyOf(failure));
  }

  private static Op op(Bytes encoded, int depth) throws MalformedException {
    int kind = 0;
    var parts = new ArrayList<Bytes>(1);
    var in = new ProtoReader(encoded);
    while (in.next()) {
      int field = in.bytesField();
      if (field >= 1 && field <= 4) {
        // Of different kinds the last counts; parts of one kind are merged, that is, joined.
        if (field != kind) {
          kind = field;
          parts.clear();
        }
        parts.add(in.bytes());
      }
    }
    return switch (kind) {
      case 1 -> range(join(parts));
      case 2 -> put(join(parts));
      case 3 -> deleteRange(join(parts));
      case 4 -> txn(join(parts), depth + 1);
      default -> new Request.Nothing();
    };
  }

  private static Bytes join(List<Bytes> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    var out = new WireWriter();
    parts.forEach(out::raw);
    return out.toBytes();
  }

  private static Compare compare(Bytes encoded) throws MalformedException {
    var result = Compare.Result.EQUAL;
    var target = Compare.Target.VERSION;
    var key = Bytes.EMPTY;
    var rangeEnd = Bytes.EMPTY;
    int given = 0;
    long number = 0;
    var value = Bytes.EMPTY;
    var in = new ProtoReader(encoded);
    while (in.next()) {
      switch (in.bytesField()) {
        case 3 -> key = in.bytes();
        case 7 -> {
          given = 7;
          value = in.bytes();
        }
        case 64 -> rangeEnd = in.bytes();
        default -> {}
      }
      switch (in.numberField()) {
        case 1 -> result = constant(RESULTS, in.number());
        case 2 -> target = constant(TARGETS, in.number());
        case 4, 5, 6, 8 -> {
          given = in.numberField();
          number = in.number();
        }
        default -> {}
      }
    }
    boolean ofValue = target == Compare.Target.VALUE;
    boolean fits = given == fieldOf(target);
    return new Compare(
        result,
        target,
        key,
        rangeEnd,
        fits && !ofValue ? number : 0,
        fits && ofValue ? value : Bytes.EMPTY);
  }

  /// The field in which a target's operand stands. One of another kind counts as none (etcd-73).
  private static int fieldOf(Compare.Target target) {
    return switch (target) {
      case VERSION -> 4;
      case CREATE -> 5;
      case MOD -> 6;
      case VALUE -> 7;
      case LEASE -> 8;
      case UNKNOWN -> -1;
    };
  }
}
