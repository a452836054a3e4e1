package io.quorate.bench.micro;

import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.raft.Raft;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.consensus.wire.Codec;
import io.quorate.journal.DamageException;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/// A batch on its way to a disk that takes no time: the record is encoded, and its frame sealed
/// with CRC32C.
public class JournalBenchmark extends Micro implements Journal.Owner {
  private static final int GROUP = 1;

  private final Codec<JournalRecord> codec = Raft.PROTOCOL.records();
  private final JournalRecord record = new RaftRecord.Log(1_000_000, List.of(Puts.entry()));
  private final ForgetfulDisk disk = new ForgetfulDisk();
  private Journal journal = open();

  private Journal open() {
    try {
      var identity = Identity.create(disk, 1, 1, new Random(1), Journal.Options.DEFAULT);
      return Journal.open(
          disk,
          identity.disk(),
          Journal.Options.DEFAULT,
          (frame, group, type, content) -> {},
          this);
    } catch (DamageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Setup
  public void hold() {
    journal.hold(GROUP);
  }

  @Benchmark
  public long frame() {
    codec.write(record, journal.begin(GROUP, 1));
    long frame = journal.end();
    journal.flush(0, true);
    journal.release(GROUP, frame);
    disk.workInBackground();
    return frame;
  }

  @Override
  public void checkpoint() {}

  @Override
  public void durable() {}
}
