package io.quorate.replica;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// What a replica writes to the journal, and how to read it back.
final class Items {
  /// A record of the era's machine: era number, record.
  static final int RECORD = 1;

  /// How far all is decided: index.
  static final int DECIDED = 2;

  /// Decided entries that came from another replica: entries.
  static final int LEARNT = 3;

  /// From here on the replica takes part in an era: era.
  static final int ERA_START = 4;

  /// The state machine was replaced by another replica's image: see [Installed].
  static final int INSTALLED = 5;

  /// Everything before this item is needed only for its decided entries: see [Checkpoint].
  static final int CHECKPOINT = 6;

  private Items() {}

  /// @param decided how far all was decided
  /// @param directory where the state machine lives
  /// @param records the machine's own checkpoint
  record Checkpoint(Era era, Point decided, String directory, List<JournalRecord> records) {}

  /// @param point up to where the state holds everything
  /// @param era in which that point lies
  /// @param directory where the state machine lives from now on
  record Installed(Point point, Era era, String directory) {}

  static void writeInstalled(Installed installed, WireWriter out) {
    Point.CODEC.write(installed.point, out);
    Era.CODEC.write(installed.era, out);
    out.string(installed.directory);
  }

  static Installed readInstalled(Bytes content) throws MalformedException {
    var in = new WireReader(content);
    var installed = new Installed(Point.CODEC.read(in), Era.CODEC.read(in), in.string());
    in.expectEnd();
    return installed;
  }

  static void writeRecord(Era era, Protocol protocol, JournalRecord record, WireWriter out) {
    out.varint(era.number());
    protocol.records().write(record, out);
  }

  static void writeCheckpoint(Checkpoint checkpoint, Protocol protocol, WireWriter out) {
    Era.CODEC.write(checkpoint.era, out);
    Point.CODEC.write(checkpoint.decided, out);
    out.string(checkpoint.directory);
    out.varint(checkpoint.records.size());
    for (var record : checkpoint.records) {
      protocol.records().write(record, out);
    }
  }

  static Checkpoint readCheckpoint(Bytes content, Function<String, Protocol> protocols)
      throws MalformedException {
    var in = new WireReader(content);
    var era = Era.CODEC.read(in);
    var decided = Point.CODEC.read(in);
    var directory = in.string();
    var codec = protocols.apply(era.protocol()).records();
    int count = in.size(1);
    var records = new ArrayList<JournalRecord>(count);
    for (int i = 0; i < count; i++) {
      records.add(codec.read(in));
    }
    in.expectEnd();
    return new Checkpoint(era, decided, directory, records);
  }

  /// What a checkpoint's record carries beyond what is decided: an entry that the machine had not
  /// yet been told to be decided, or that another took the place of, is held by the item that
  /// decided it.
  static List<Entry> undecided(JournalRecord record, Point decided) {
    return record.entries().stream().filter(entry -> entry.index() > decided.index()).toList();
  }

  /// The entries that an item carries, if any.
  ///
  /// @param era the era in which the item was written
  static List<Entry> entries(int type, Bytes content, Function<String, Protocol> protocols, Era era)
      throws MalformedException {
    return switch (type) {
      case RECORD -> {
        var in = new WireReader(content);
        long number = in.count();
        yield number == era.number()
            ? protocols.apply(era.protocol()).records().read(in).entries()
            : List.of();
      }
      case LEARNT -> Entry.LIST_CODEC.decode(content);
      case CHECKPOINT -> {
        var entries = new ArrayList<Entry>();
        var checkpoint = readCheckpoint(content, protocols);
        for (var record : checkpoint.records) {
          entries.addAll(undecided(record, checkpoint.decided));
        }
        yield entries;
      }
      default -> List.of();
    };
  }
}
