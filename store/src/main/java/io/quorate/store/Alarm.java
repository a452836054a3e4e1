package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Something that a node found and that concerns all: it holds, over restarts too, until an
/// operator ends it (etcd-M5).
///
/// @param node that raised it, or in whose name it was raised: any number
/// @param type [#NO_SPACE], [#CORRUPT], or one that only clients know
public record Alarm(long node, long type) implements Comparable<Alarm> {
  /// A node's storage has reached its quota.
  public static final long NO_SPACE = 1;

  /// Nodes hold different data.
  public static final long CORRUPT = 2;

  private static final Comparator<Alarm> ORDER =
      Comparator.comparingLong(Alarm::type).thenComparing(Alarm::node, Long::compareUnsigned);

  static final Codec<List<Alarm>> LIST_CODEC =
      new Codec<>() {
        @Override
        public void write(List<Alarm> alarms, WireWriter out) {
          out.varint(alarms.size());
          for (var alarm : alarms) {
            out.u64(alarm.type);
            out.u64(alarm.node);
          }
        }

        @Override
        public List<Alarm> read(WireReader in) throws MalformedException {
          int count = in.size(16);
          var alarms = new ArrayList<Alarm>(count);
          for (int i = 0; i < count; i++) {
            long type = in.u64();
            alarms.add(new Alarm(in.u64(), type));
          }
          return alarms;
        }
      };

  /// What etcd calls it.
  public String name() {
    return type == NO_SPACE ? "NOSPACE" : type == CORRUPT ? "CORRUPT" : "UNKNOWN";
  }

  /// The body of an `AlarmResponse`, without its header.
  public static Bytes response(List<Alarm> alarms) {
    long size = 0;
    for (var alarm : alarms) {
      size += ProtoWriter.sizeOfMessage(size(alarm));
    }
    var out = new ProtoWriter((int) size);
    for (var alarm : alarms) {
      out.begin(2, size(alarm));
      out.number(1, alarm.node());
      out.number(2, alarm.type());
    }
    return out.done();
  }

  private static int size(Alarm alarm) {
    return ProtoWriter.sizeOfNumber(alarm.node()) + ProtoWriter.sizeOfNumber(alarm.type());
  }

  @Override
  public int compareTo(Alarm other) {
    return ORDER.compare(this, other);
  }
}
