package io.quorate.consensus;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// One place of a group's log.
///
/// @param index 1, 2, 3 … over all eras of the group
/// @param mark what the era's protocol needs beside it: Raft's term, Zab's epoch, 0 for Paxos;
///   never hashed, applied or shown
public record Entry(long index, long mark, Payload payload) {
  public static final Codec<Entry> CODEC =
      new Codec<>() {
        @Override
        public void write(Entry entry, WireWriter out) {
          out.varint(entry.index);
          out.varint(entry.mark);
          Payload.CODEC.write(entry.payload, out);
        }

        @Override
        public Entry read(WireReader in) throws MalformedException {
          return new Entry(in.count(), in.count(), Payload.CODEC.read(in));
        }
      };

  /// Any number of entries, in the order given.
  public static final Codec<List<Entry>> LIST_CODEC =
      new Codec<>() {
        @Override
        public void write(List<Entry> entries, WireWriter out) {
          out.varint(entries.size());
          for (var entry : entries) {
            CODEC.write(entry, out);
          }
        }

        @Override
        public List<Entry> read(WireReader in) throws MalformedException {
          int count = in.size(3);
          var entries = new ArrayList<Entry>(count);
          for (int i = 0; i < count; i++) {
            entries.add(CODEC.read(in));
          }
          return List.copyOf(entries);
        }
      };

  public Point point() {
    return new Point(index, mark);
  }

  /// About what it takes in memory and on the wire, in bytes.
  public int size() {
    return 16 + payload.size();
  }

  public static long size(List<Entry> entries) {
    long size = 0;
    for (var entry : entries) {
      size += entry.size();
    }
    return size;
  }
}
