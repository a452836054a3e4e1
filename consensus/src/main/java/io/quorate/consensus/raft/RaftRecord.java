package io.quorate.consensus.raft;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a Raft member must not forget (thesis figure 3.1, "persistent state on all servers").
public sealed interface RaftRecord extends JournalRecord {
  /// The current term and the vote in it: one record, so that no crash parts them.
  record Hard(long term, @Nullable ReplicaId vote) implements RaftRecord {
    @Override
    public boolean holdsSends() {
      return true;
    }

    @Override
    public List<Entry> entries() {
      return List.of();
    }
  }

  /// The log from index `from` on is exactly this; what stood there before is gone. Truncation and
  /// append are one record, so that no crash parts them either.
  ///
  /// Without entries it says that the log begins anew at `from`: everything before was caught up
  /// with by other means, and what the log held there was another history (R15).
  record Log(long from, List<Entry> entries) implements RaftRecord {
    @Override
    public boolean holdsSends() {
      return false;
    }
  }

  Codec<JournalRecord> CODEC =
      new Codec<>() {
        @Override
        public void write(JournalRecord record, WireWriter out) {
          switch ((RaftRecord) record) {
            case Hard(long term, @Nullable ReplicaId vote) -> {
              out.u8(1);
              out.varint(term);
              out.bool(vote != null);
              if (vote != null) {
                ReplicaId.CODEC.write(vote, out);
              }
            }
            case Log(long from, List<Entry> entries) -> {
              out.u8(2);
              out.varint(from);
              Entry.LIST_CODEC.write(entries, out);
            }
          }
        }

        @Override
        public JournalRecord read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Hard(in.count(), in.bool() ? ReplicaId.CODEC.read(in) : null);
            case 2 -> new Log(in.count(), Entry.LIST_CODEC.read(in));
            default -> throw new MalformedException("Raft has no record of kind " + kind);
          };
        }
      };
}
