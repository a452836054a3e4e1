package io.quorate.server.restore;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.server.config.UsageException;
import io.quorate.store.SnapshotFormat;
import io.quorate.store.SnapshotReader;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.HexFormat;

/// A snapshot that was saved to a file. Every byte of it is checked before it is used.
public final class SnapshotFile {
  private static final int BUFFER = 1 << 16;

  private final Path path;

  public SnapshotFile(Path path) {
    this.path = path;
  }

  /// What is in a file that is whole.
  ///
  /// @param bytes of the file
  /// @param sha256 of all before it, as it stands at the end
  public record Status(SnapshotReader.Summary summary, long bytes, String sha256) {}

  /// Reads all of it.
  ///
  /// @throws UsageException if it cannot be read, is damaged or no snapshot: one sentence
  public Status check() {
    var reader = new SnapshotReader();
    var trailer = readInto(reader);
    try {
      return new Status(
          reader.summary(), Files.size(path), HexFormat.of().formatHex(trailer.toArray()));
    } catch (MalformedException e) {
      throw damaged(e.getMessage());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /// Gives all parts to a reader, in their order.
  ///
  /// @return the trailer
  /// @throws UsageException if it cannot be read, is damaged or no snapshot: one sentence
  Bytes readInto(SnapshotReader reader) {
    try (var file = Files.newInputStream(path)) {
      return read(file, Files.size(path) - SnapshotFormat.TRAILER, reader);
    } catch (EOFException e) {
      throw damaged("it ends too early");
    } catch (MalformedException e) {
      throw damaged(e.getMessage());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Bytes read(InputStream file, long length, SnapshotReader reader)
      throws IOException, MalformedException {
    if (length < SnapshotFormat.BLOCK) {
      throw new MalformedException("it is too short to be a snapshot");
    }
    var digest = SnapshotFormat.digest();
    var buffered = new BufferedInputStream(file, BUFFER);
    var in = new DataInputStream(new DigestInputStream(buffered, digest));
    SnapshotReader.checkBeginning(in.readInt(), in.readInt());
    long left = length - 8;
    for (int part = in.readInt(); part != 0; part = in.readInt()) {
      left -= 4 + (long) part;
      if (part < 0 || part > SnapshotFormat.MAX_PART || left < 0) {
        throw new MalformedException("a part of it cannot be so long: " + part);
      }
      reader.add(Bytes.of(in.readNBytes(part)));
    }
    left -= 4;
    if (left < 0 || left >= SnapshotFormat.BLOCK) {
      throw new MalformedException("something stands behind its end");
    }
    in.readFully(new byte[(int) left]); // what is skipped would not be in the digest
    var trailer = buffered.readNBytes(SnapshotFormat.TRAILER);
    if (!Arrays.equals(digest.digest(), trailer)) {
      throw new MalformedException("its SHA-256 is not the one at its end");
    }
    return Bytes.of(trailer);
  }

  private UsageException damaged(String what) {
    return new UsageException(
        "%s cannot be used: %s; take another snapshot, or fetch the file again"
            .formatted(path, what));
  }

  private UsageException unreadable(IOException e) {
    return new UsageException("cannot read %s: %s".formatted(path, e));
  }
}
