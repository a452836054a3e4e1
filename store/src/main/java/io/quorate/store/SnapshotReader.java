package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.Worker;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes the parts of a snapshot ([SnapshotFormat]) one after the other, as whoever reads the file
/// finds them, and checks each; fills an engine with them, if it is told to.
public final class SnapshotReader {
  private static final Worker AT_ONCE =
      (task, then) -> {
        task.run();
        then.run();
      };

  private static final ImageReader.Content NOBODY =
      new ImageReader.Content() {
        @Override
        public void lease(long id, long ttl) {}

        @Override
        public void change(Version version, Bytes key, Bytes keyValue) {}
      };

  /// What a snapshot holds.
  ///
  /// @param changes of keys, each counted
  public record Summary(SnapshotFormat.Head head, long changes) {}

  private final ImageReader pieces;
  private final @Nullable StoreInstallation filled;
  private SnapshotFormat.@Nullable Head head;

  /// Only checks.
  public SnapshotReader() {
    filled = null;
    pieces = new ImageReader(NOBODY);
  }

  /// Fills an engine.
  ///
  /// @param directory in which nothing is
  public SnapshotReader(Engines engines, String directory) {
    filled = new StoreInstallation(engines, AT_ONCE, directory);
    pieces = filled.pieces();
  }

  /// @throws MalformedException if it is not what a snapshot of this version begins with
  public static void checkBeginning(int magic, int version) throws MalformedException {
    if (magic != SnapshotFormat.MAGIC) {
      throw new MalformedException("it is no snapshot of Quorate");
    } else if (version != SnapshotFormat.VERSION) {
      throw new MalformedException(
          "it is a snapshot of format %s, and this version reads only format %s"
              .formatted(version, SnapshotFormat.VERSION));
    }
  }

  /// @throws MalformedException if it is not the next part
  public void add(Bytes part) throws MalformedException {
    if (head == null) {
      var in = new WireReader(part);
      head = SnapshotFormat.Head.CODEC.read(in);
      in.expectEnd();
      return;
    }
    if (filled != null) {
      filled.add(part);
    } else {
      pieces.add(part);
    }
  }

  /// What came, once all of it did.
  ///
  /// @throws MalformedException if something is missing
  public Summary summary() throws MalformedException {
    var image = pieces.end();
    if (head == null || head.newest() != image.revisions().newest()) {
      throw new MalformedException("its head is that of another snapshot");
    }
    return new Summary(head, pieces.count());
  }

  /// Makes what was filled the first state of a new cluster.
  ///
  /// @param trailer the file's, by which snapshots are told apart
  /// @param bump by how much the revision is raised
  /// @param markCompacted whether the past up to that revision counts as compacted
  /// @throws MalformedException if something is missing
  public void finish(Bytes trailer, long bump, boolean markCompacted) throws MalformedException {
    var found = summary().head();
    if (filled == null) {
      throw new IllegalStateException("nothing was filled");
    }
    long newest = Math.addExact(found.newest(), bump);
    long compacted = markCompacted ? newest : found.compacted();
    var revisions = new Meta.Revisions(newest, compacted);
    filled.finishAnew(revisions, origin(trailer, revisions));
    filled.take().engine().close();
  }

  /// The same for the same snapshot restored in the same way, and never 0: by it members of the new
  /// cluster know that they begin alike.
  private static long origin(Bytes trailer, Meta.Revisions revisions) {
    var out = new WireWriter();
    out.raw(trailer);
    Meta.Revisions.CODEC.write(revisions, out);
    var digest = SnapshotFormat.digest();
    digest.update(out.array(), 0, out.length());
    return Math.max(1, ByteBuffer.wrap(digest.digest()).getLong() >>> 1);
  }
}
