package io.quorate.replica;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which batches took effect: per origin its incarnation, and which of the last [#SIZE] numbers.
///
/// Kept in the state machine's own atomic writes and in images, so that a batch takes effect once
/// however often it is proposed, whoever leads and whatever crashes. It guards against the
/// cluster's own retries; a client's are guarded by the session in its commands.
final class BatchWindows {
  /// A batch so far behind the newest one of its origin no longer takes effect.
  static final int SIZE = 4096;

  private static final class Window {
    long incarnation;

    /// Every number up to here took effect or no longer can.
    long floor;

    final TreeSet<Long> above = new TreeSet<>();
  }

  private final Map<ReplicaId, Window> windows = new TreeMap<>();

  /// Takes note that a batch is about to take effect.
  ///
  /// @return false if it must not: it did before, or belongs to an earlier life, or is too old
  boolean take(BatchId id) {
    var window = windows.computeIfAbsent(id.origin(), origin -> new Window());
    if (id.incarnation() > window.incarnation) {
      window.incarnation = id.incarnation();
      window.floor = 0;
      window.above.clear();
    }
    if (id.incarnation() < window.incarnation
        || id.number() <= window.floor
        || !window.above.add(id.number())) {
      return false;
    }
    long lowest = window.above.last() - SIZE;
    while (!window.above.isEmpty()
        && (window.above.first() == window.floor + 1 || window.above.first() <= lowest)) {
      window.floor = window.above.pollFirst();
    }
    window.floor = Math.max(window.floor, lowest);
    return true;
  }

  static final Codec<BatchWindows> CODEC =
      new Codec<>() {
        @Override
        public void write(BatchWindows value, WireWriter out) {
          out.varint(value.windows.size());
          value.windows.forEach((origin, window) -> {
            ReplicaId.CODEC.write(origin, out);
            out.varint(window.incarnation);
            out.varint(window.floor);
            out.varint(window.above.size());
            window.above.forEach(number -> out.varint(number - window.floor));
          });
        }

        @Override
        public BatchWindows read(WireReader in) throws MalformedException {
          var value = new BatchWindows();
          int origins = in.size(12);
          for (int i = 0; i < origins; i++) {
            var origin = ReplicaId.CODEC.read(in);
            var window = new Window();
            window.incarnation = in.count();
            window.floor = in.count();
            int above = in.size(1);
            for (int j = 0; j < above; j++) {
              window.above.add(window.floor + in.count());
            }
            value.windows.put(origin, window);
          }
          return value;
        }
      };
}
