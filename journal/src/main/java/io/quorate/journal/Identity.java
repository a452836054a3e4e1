package io.quorate.journal;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Whose data a directory holds: written once, when the directory is new, and never changed.
///
/// @param disk the directory's own id
/// @param node the node whose data these are
/// @param cluster the cluster that the node belongs to
public record Identity(DiskId disk, long node, long cluster) {
  /// Its name. A directory that holds it has begun.
  public static final String FILE = "identity";

  private static final String UNFINISHED = "identity.new";
  private static final int MAGIC = 0x5141_4944;
  private static final int VERSION = 1;

  /// The identity that the directory has, or null if it is new, or was never finished.
  ///
  /// @throws DamageException if there is one that cannot be read, or it is gone
  public static @Nullable Identity read(Disk disk) throws DamageException {
    List<String> files = disk.list("");
    if (!files.contains(FILE)) {
      if (!disk.list(Segments.DIRECTORY).isEmpty() && !files.contains(UNFINISHED)) {
        throw new DamageException(FILE, 0, "it is missing, though there is a journal");
      }
      return null;
    }
    try (var file = disk.open(FILE)) {
      var bytes = new byte[(int) Math.min(file.length(), 1024)];
      file.read(0, bytes, 0, bytes.length);
      return decode(Bytes.of(bytes));
    } catch (MalformedException e) {
      throw new DamageException(FILE, 0, e.getMessage());
    }
  }

  /// Gives a new directory its identity and an empty journal, durably.
  ///
  /// The identity gets its name last. So a directory with an identity has had a journal, and one
  /// whose journal is gone is damaged, not new: it must not begin again under the same disk id.
  public static Identity create(
      Disk disk, long node, long cluster, RandomGenerator random, Journal.Options options) {
    var identity = new Identity(DiskId.random(random), node, cluster);
    var bytes = identity.encode();
    try (var file = disk.open(UNFINISHED)) {
      file.write(0, bytes.array(), bytes.offset(), bytes.length());
      file.force();
    }
    disk.forceDirectory("");
    for (var leftOver : disk.list(Segments.DIRECTORY)) {
      disk.delete(Segments.DIRECTORY + "/" + leftOver);
    }
    Segments.createFirst(disk, identity.disk.bytes(), options.segmentBytes());
    disk.rename(UNFINISHED, FILE);
    disk.forceDirectory("");
    return identity;
  }

  private Bytes encode() {
    var out = new WireWriter();
    out.u32(MAGIC);
    out.u32(VERSION);
    DiskId.CODEC.write(disk, out);
    out.u64(node);
    out.u64(cluster);
    out.u32(checksum(out.toBytes()));
    return out.toBytes();
  }

  private static Identity decode(Bytes bytes) throws MalformedException {
    var in = new WireReader(bytes);
    if (in.u32() != MAGIC) {
      throw new MalformedException("not an identity of Quorate");
    }
    int version = in.u32();
    if (version != VERSION) {
      throw new FormatException(FILE, version, VERSION);
    }
    var identity = new Identity(DiskId.CODEC.read(in), in.u64(), in.u64());
    int covered = bytes.length() - in.remaining();
    if (in.u32() != checksum(bytes.slice(0, covered))) {
      throw new MalformedException("its checksum is wrong");
    }
    in.expectEnd();
    return identity;
  }

  private static int checksum(Bytes bytes) {
    var crc = new CRC32C();
    crc.update(bytes.array(), bytes.offset(), bytes.length());
    return (int) crc.getValue();
  }
}
