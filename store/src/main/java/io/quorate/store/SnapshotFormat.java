package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The form of a snapshot as a file, and as etcd's clients save it: a magic number and the form's
/// version, 4 bytes each; then parts, each of its length, 4 bytes, and so many bytes: a [Head], and
/// the pieces of an image ([ImageFormat]); 4 bytes 0; zeros up to a multiple of 512 bytes; the
/// SHA-256 of all that, 32 bytes (etcd-M13, M14).
public final class SnapshotFormat {
  public static final int MAGIC = 0x51_53_4e_50;
  public static final int VERSION = 1;

  /// No part is longer: the largest value and what belongs to it.
  public static final int MAX_PART = 1 << 30;

  public static final int BLOCK = 512;
  public static final int TRAILER = 32;

  /// What a snapshot is of.
  ///
  /// @param cluster where it was taken
  /// @param newest the revision
  /// @param compacted below it the past is not in it; -1 if all is
  public record Head(long cluster, long newest, long compacted) {
    Head(long cluster, ImageFormat.Head image) {
      this(cluster, image.revisions().newest(), image.revisions().compacted());
    }

    public static final Codec<Head> CODEC =
        new Codec<>() {
          @Override
          public void write(Head head, WireWriter out) {
            out.u64(head.cluster);
            out.varint(head.newest);
            out.varint(head.compacted);
          }

          @Override
          public Head read(WireReader in) throws MalformedException {
            return new Head(in.u64(), in.count(), in.varint());
          }
        };
  }

  private SnapshotFormat() {}

  /// What a file begins with: all before the pieces.
  static Bytes beginning(Head head) {
    var out = new WireWriter();
    out.u32(MAGIC);
    out.u32(VERSION);
    var encoded = Head.CODEC.encode(head);
    out.u32(encoded.length());
    out.raw(encoded);
    return out.toBytes();
  }

  /// Zeros behind so many bytes and the end mark, in which they begin.
  static Bytes end(long before) {
    long rest = (before + 4) % BLOCK;
    return Bytes.of(new byte[4 + (int) (rest == 0 ? 0 : BLOCK - rest)]);
  }

  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
