package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Takes the pieces of an image in their order, and makes sure of all that can be wrong with them.
final class ImageReader {
  /// Takes what is in the pieces.
  interface Content {
    void lease(long id, long ttl);

    /// Changes come in their order.
    void change(Version version, Bytes key, Bytes keyValue);
  }

  private final Content content;
  private ImageFormat.@Nullable Head head;
  private boolean ended;
  private long count;
  private int checksum;
  private long lastMod = -1;
  private int lastSub;

  ImageReader(Content content) {
    this.content = content;
  }

  /// @throws MalformedException if it is not the next piece of an image; what was in it may have
  ///   been taken in part
  void add(Bytes piece) throws MalformedException {
    if (ended) {
      throw new MalformedException("a piece behind the last one of an image");
    }
    var in = checked(piece);
    boolean last = in.bool();
    if (head == null) {
      head = ImageFormat.Head.CODEC.read(in);
    }
    while (in.remaining() > 0) {
      item(in, head.revisions().newest());
    }
    if (last != ended) {
      throw new MalformedException("an image whose end is not where it should be");
    }
  }

  /// What the whole image says of itself.
  ///
  /// @throws MalformedException if a piece is missing
  ImageFormat.Head end() throws MalformedException {
    if (head == null || !ended) {
      throw new MalformedException("an image without its end");
    }
    return head;
  }

  /// How many changes came.
  long count() {
    return count;
  }

  /// What follows the checksum, if it is that of this piece behind the one before it.
  private WireReader checked(Bytes piece) throws MalformedException {
    var in = new WireReader(piece);
    int claimed = in.u32();
    var crc = new CRC32C();
    var before =
        Bytes.of(
            new byte[] {
              (byte) (checksum >>> 24),
              (byte) (checksum >>> 16),
              (byte) (checksum >>> 8),
              (byte) checksum
            });
    crc.update(before.array(), 0, before.length());
    crc.update(
        piece.array(),
        piece.offset() + ImageFormat.CHECKSUM_LENGTH,
        piece.length() - ImageFormat.CHECKSUM_LENGTH);
    if ((int) crc.getValue() != claimed) {
      throw new MalformedException("a piece of an image that is damaged or not the next one");
    }
    checksum = claimed;
    return in;
  }

  private void item(WireReader in, long newest) throws MalformedException {
    if (ended) {
      throw new MalformedException("something behind the end of an image");
    }
    int kind = in.u8();
    switch (kind) {
      case ImageFormat.CHANGE -> change(in, newest);
      case ImageFormat.LEASE -> content.lease(in.u64(), in.count());
      case ImageFormat.END -> {
        ended = true;
        long claimed = in.count();
        if (claimed != count) {
          throw new MalformedException(
              "an image with %s changes that should have %s".formatted(count, claimed));
        }
      }
      default -> throw new MalformedException("nothing in an image has kind " + kind);
    }
  }

  private void change(WireReader in, long newest) throws MalformedException {
    long mod = in.count();
    int sub = (int) in.count();
    var keyValue = in.bytes();
    var version = KeyValues.version(keyValue, sub);
    var key = KeyValues.key(keyValue);
    boolean follows = mod > lastMod || (mod == lastMod && sub > lastSub);
    if (!follows || mod > newest || version.mod() != mod || key.isEmpty()) {
      throw new MalformedException("a change that does not belong into an image: " + version);
    }
    lastMod = mod;
    lastSub = sub;
    count++;
    content.change(version, key, keyValue);
  }
}
