package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.StateMachine.Durable;
import io.quorate.replica.StateMachine.Image;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A snapshot of a store, in pieces for another replica.
final class StoreImage implements Image {
  private final Engine.Snapshot snapshot;
  private final ImageFormat.Head head;
  private StoredLeases leases;
  private Content content;

  private @Nullable SharedEngine user;
  private boolean begun;
  private boolean ended;
  private boolean closed;
  private long count;
  private int checksum;

  StoreImage(Engine.Snapshot snapshot) {
    this.snapshot = snapshot;
    var state = Reads.State.of(snapshot);
    this.head =
        new ImageFormat.Head(
            Meta.applied(snapshot),
            state.revisions(),
            Meta.nodes(snapshot),
            Meta.lessorship(snapshot),
            Meta.alarms(snapshot),
            Meta.origin(snapshot));
    require(head.at().begun() == 0, "an image within an entry: %s", head.at());
    this.leases = new StoredLeases(snapshot);
    this.content = content(state);
  }

  private Content content(Reads.State state) {
    return new Content(state.keys(), state.revisions(), Meta.removed(snapshot), 0, Keys.NEWEST);
  }

  ImageFormat.Head head() {
    return head;
  }

  /// Begins anew: the same pieces come once more. Not for the loop.
  synchronized void rewind() {
    if (closed) {
      return;
    }
    leases.close();
    content.close();
    leases = new StoredLeases(snapshot);
    content = content(Reads.State.of(snapshot));
    begun = false;
    ended = false;
    count = 0;
    checksum = 0;
  }

  /// From now on the engine is in use until the image is closed.
  StoreImage using(SharedEngine engine) {
    engine.retain();
    user = engine;
    return this;
  }

  @Override
  public Durable at() {
    return head.at();
  }

  // A node that stops closes its images while the reader may be at one of them.

  @Override
  public synchronized @Nullable Bytes next(int bytes) {
    if (ended || closed) {
      return null;
    }
    var out = new WireWriter(bytes + bytes / 8);
    out.u32(checksum);
    out.bool(false);
    if (!begun) {
      begun = true;
      ImageFormat.Head.CODEC.write(head, out);
    }
    do {
      addItem(out);
    } while (!ended && out.length() < bytes);
    return checked(out);
  }

  private void addItem(WireWriter out) {
    if (leases.next()) {
      out.u8(ImageFormat.LEASE);
      out.u64(leases.id());
      out.varint(leases.ttl());
    } else if (content.next()) {
      count++;
      out.u8(ImageFormat.CHANGE);
      out.varint(content.mod());
      out.varint(content.sub());
      out.bytes(content.keyValue());
    } else {
      ended = true;
      out.u8(ImageFormat.END);
      out.varint(count);
    }
  }

  /// The piece, over which stands the checksum of the one before.
  private Bytes checked(WireWriter out) {
    out.array()[ImageFormat.CHECKSUM_LENGTH] = (byte) (ended ? 1 : 0);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.length());
    checksum = (int) crc.getValue();
    out.u32At(0, checksum);
    return Bytes.of(out.array(), 0, out.length());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      leases.close();
      content.close();
      snapshot.close();
      if (user != null) {
        user.release();
      }
    }
  }
}
