package io.quorate.consensus.paxos;

import io.quorate.consensus.Entry;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// Slots that follow each other.
///
/// @param last inclusive
public record Slots(long first, long last) {
  /// Runs in ascending order that do not touch.
  static final Codec<List<Slots>> LIST_CODEC =
      new Codec<>() {
        @Override
        public void write(List<Slots> runs, WireWriter out) {
          out.varint(runs.size());
          for (var run : runs) {
            out.varint(run.first);
            out.varint(run.last);
          }
        }

        @Override
        public List<Slots> read(WireReader in) throws MalformedException {
          int count = in.size(2);
          var runs = new ArrayList<Slots>(count);
          long end = 0;
          for (int i = 0; i < count; i++) {
            var run = new Slots(in.count(), in.count());
            if (run.first <= end || run.last < run.first) {
              throw new MalformedException(run + " cannot follow slot " + end);
            }
            end = run.last;
            runs.add(run);
          }
          return List.copyOf(runs);
        }
      };

  /// The slots of entries in ascending order.
  static List<Slots> of(List<Entry> entries) {
    var runs = new ArrayList<Slots>();
    for (var entry : entries) {
      long slot = entry.index();
      if (!runs.isEmpty() && runs.getLast().last == slot - 1) {
        runs.set(runs.size() - 1, new Slots(runs.getLast().first, slot));
      } else {
        runs.add(new Slots(slot, slot));
      }
    }
    return List.copyOf(runs);
  }

  @Override
  public String toString() {
    return first == last ? String.valueOf(first) : first + "-" + last;
  }
}
