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

  /// Whether a batch may take effect: it has not yet, belongs to no earlier life of its origin, and
  /// is not too old.
  boolean admits(BatchId id) {
    var window = windows.get(id.origin());
    return window == null
        || id.incarnation() > window.incarnation
        || (id.incarnation() == window.incarnation
            && id.number() > window.floor
            && !window.above.contains(id.number()));
  }

  /// Takes note that a batch, which was admitted, has taken effect.
  void add(BatchId id) {
    var window = windows.computeIfAbsent(id.origin(), origin -> new Window());
    if (id.incarnation() > window.incarnation) {
      window.incarnation = id.incarnation();
      window.floor = 0;
      window.above.clear();
    }
    window.above.add(id.number());
    long lowest = window.above.last() - SIZE;
    while (!window.above.isEmpty()
        && (window.above.first() == window.floor + 1 || window.above.first() <= lowest)) {
      window.floor = window.above.pollFirst();
    }
    window.floor = Math.max(window.floor, lowest);
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
              long number = window.floor + in.count();
              if (number < window.floor) {
                throw new MalformedException("a batch number above 2^63");
              }
              window.above.add(number);
            }
            value.windows.put(origin, window);
          }
          return value;
        }
      };
}
