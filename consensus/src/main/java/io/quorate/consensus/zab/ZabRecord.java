package io.quorate.consensus.zab;

import io.quorate.consensus.Entry;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;

/// What a member of Zab must not forget (DSN 2011, section IV: f.p, f.a and the history h).
public sealed interface ZabRecord extends JournalRecord {
  /// @param accepted the epoch of the last NEWEPOCH that was accepted
  /// @param current the epoch of the last NEWLEADER that was accepted
  record Promised(long accepted, long current) implements ZabRecord {
    @Override
    public boolean holdsSends() {
      return true;
    }

    @Override
    public List<Entry> entries() {
      return List.of();
    }
  }

  /// The history from index `from` on is exactly this; what stood there before is gone.
  ///
  /// Without entries it says that the history begins anew at `from`: everything before is decided.
  record History(long from, List<Entry> entries) implements ZabRecord {
    @Override
    public boolean holdsSends() {
      return false;
    }
  }

  /// Nothing follows index `last` in the history any more; what lies before it stays.
  record Truncated(long last) implements ZabRecord {
    @Override
    public boolean holdsSends() {
      return false;
    }

    @Override
    public List<Entry> entries() {
      return List.of();
    }
  }

  Codec<JournalRecord> CODEC =
      new Codec<>() {
        @Override
        public void write(JournalRecord record, WireWriter out) {
          switch ((ZabRecord) record) {
            case Promised(long accepted, long current) -> {
              out.u8(1);
              out.varint(accepted);
              out.varint(current);
            }
            case History(long from, List<Entry> entries) -> {
              out.u8(2);
              out.varint(from);
              Entry.LIST_CODEC.write(entries, out);
            }
            case Truncated(long last) -> {
              out.u8(3);
              out.varint(last);
            }
          }
        }

        @Override
        public JournalRecord read(WireReader in) throws MalformedException {
          int kind = in.u8();
          return switch (kind) {
            case 1 -> new Promised(in.count(), in.count());
            case 2 -> new History(in.count(), Entry.LIST_CODEC.read(in));
            case 3 -> new Truncated(in.count());
            default -> throw new MalformedException("Zab has no record of kind " + kind);
          };
        }
      };
}
