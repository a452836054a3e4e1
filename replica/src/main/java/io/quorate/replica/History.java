package io.quorate.replica;

import static java.lang.Math.max;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the journal tells of a group at the start of a node: the fold of its items.
public final class History {
  /// The directory of a state machine that was never replaced.
  private static final String FIRST_DIRECTORY = "1";

  private final Function<String, Protocol> protocols;
  private final EntryIndex index = new EntryIndex();
  private final ArrayList<JournalRecord> records = new ArrayList<>();

  private @Nullable Era era;
  private long decided;
  private long checkpointFrame = Long.MAX_VALUE;
  private String directory = FIRST_DIRECTORY;

  public History(Function<String, Protocol> protocols) {
    this.protocols = protocols;
  }

  /// Takes the next item of the group.
  ///
  /// @throws MalformedException if it is none that a replica writes
  public void item(long frame, int type, Bytes content) throws MalformedException {
    switch (type) {
      case Items.RECORD -> record(frame, content);
      case Items.DECIDED -> decided(new WireReader(content).count());
      case Items.LEARNT -> {
        var entries = Entry.LIST_CODEC.decode(content);
        index.put(entries, frame);
        if (!entries.isEmpty()) {
          decided(entries.getLast().index());
        }
      }
      case Items.ERA_START -> {
        era = Era.CODEC.decode(content);
        checkpointFrame = frame;
        records.clear();
        decided(era.base());
      }
      case Items.INSTALLED -> {
        var installed = Items.readInstalled(content);
        if (era == null || installed.era().number() != era.number()) {
          throw new MalformedException("a state of another era than " + era + ": " + installed);
        }
        directory = installed.directory();
        index.trimTo(installed.point().index() + 1);
        decided(installed.point().index());
      }
      case Items.CHECKPOINT -> {
        var checkpoint = Items.readCheckpoint(content, protocols);
        era = checkpoint.era();
        directory = checkpoint.directory();
        checkpointFrame = frame;
        records.clear();
        records.addAll(checkpoint.records());
        for (var record : checkpoint.records()) {
          index.put(Items.undecided(record, checkpoint.decided()), frame);
        }
        decided(checkpoint.decided().index());
      }
      default -> throw new MalformedException("no replica writes items of type " + type);
    }
  }

  private void record(long frame, Bytes content) throws MalformedException {
    var in = new WireReader(content);
    long number = in.count();
    if (era == null || number != era.number()) {
      throw new MalformedException("a record of era " + number + ", which has not begun");
    }
    var record = protocols.apply(era.protocol()).records().read(in);
    in.expectEnd();
    records.add(record);
    index.put(record.entries(), frame);
  }

  /// Lets go of the oldest records if they only tell of what is decided, so that a long journal
  /// fits into memory. The one that holds the decided entry itself stays, for it tells its mark;
  /// and so does every one behind it, for it may have undone a part of it.
  private void decided(long upTo) {
    decided = max(decided, upTo);
    var oldest = records.iterator();
    while (oldest.hasNext()) {
      var record = oldest.next();
      if (record.holdsSends()) {
        continue;
      }
      var entries = record.entries();
      if (!entries.isEmpty() && entries.getLast().index() >= decided) {
        return;
      }
      oldest.remove();
    }
  }

  @Nullable Era era() {
    return era;
  }

  long decided() {
    return decided;
  }

  EntryIndex index() {
    return index;
  }

  List<JournalRecord> records() {
    return records;
  }

  long checkpointFrame() {
    return checkpointFrame;
  }

  /// Where the group's state machine lives.
  public String directory() {
    return directory;
  }

  /// The era in which the group was last, if it has begun at all.
  public boolean hasBegun() {
    return era != null;
  }
}
