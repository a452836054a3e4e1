package io.quorate.node;

import io.quorate.consensus.Input.Suspicion;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.Outbox;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// What a node says to the others and hears from them: messages of all groups to one node leave as
/// one frame.
///
/// A frame is a CRC32C over what follows it, and messages: length, group, the eras of the two
/// replicas, layer, content. The checksum is there because networks have been seen to damage what
/// TCP delivers.
final class Peers implements Network.Owner {
  /// A message between replicas of a group.
  static final int REPLICA_LAYER = 1;

  /// A message between nodes about a group.
  static final int GROUP_LAYER = 2;

  /// A frame leaves when it has grown to so much, even within a turn.
  static final int FRAME_BYTES = 4 << 20;

  private static final int HEAD = 4;

  /// What becomes of what is heard.
  interface Owner {
    /// @throws MalformedException if the content is no message; nothing was done
    void received(int group, int layer, ReplicaId from, ReplicaId to, WireReader content)
        throws MalformedException;

    void suspect(long node, Suspicion suspicion);
  }

  private final long self;
  private final Network network;
  private final Acquaintance acquaintance;
  private final Owner owner;
  private final Consumer<String> log;
  private final Map<Long, WireWriter> frames = new TreeMap<>();

  private long damagedFrames;
  private int start;
  private long open;

  Peers(long self, Network network, Acquaintance acquaintance, Owner owner, Consumer<String> log) {
    this.self = self;
    this.network = network;
    this.acquaintance = acquaintance;
    this.owner = owner;
    this.log = log;
  }

  long damagedFrames() {
    return damagedFrames;
  }

  // Sending

  /// Begins a message; its content is then written to what is returned, until [#end()].
  WireWriter begin(int group, int layer, ReplicaId from, ReplicaId to) {
    open = to.node();
    var frame = frames.computeIfAbsent(open, node -> new WireWriter(1 << 12));
    if (frame.length() == 0) {
      frame.u32(0);
    }
    start = frame.length();
    frame.u32(0);
    frame.varint(group);
    frame.varint(from.era());
    frame.varint(to.era());
    frame.u8(layer);
    return frame;
  }

  void end() {
    var frame = frames.get(open);
    if (frame == null) {
      throw new IllegalStateException("no message was begun");
    }
    frame.u32At(start, frame.length() - start - 4);
    if (frame.length() >= FRAME_BYTES) {
      send(open, frame);
    }
  }

  Outbox outboxOf(int group, ReplicaId from) {
    return new Outbox() {
      @Override
      public WireWriter begin(ReplicaId to) {
        return Peers.this.begin(group, REPLICA_LAYER, from, to);
      }

      @Override
      public void end() {
        Peers.this.end();
      }
    };
  }

  /// Everything that was begun and ended leaves.
  void flush() {
    frames.forEach((node, frame) -> {
      if (frame.length() > 0) {
        send(node, frame);
      }
    });
  }

  private void send(long node, WireWriter frame) {
    frame.u32At(0, checksum(frame.array(), HEAD, frame.length() - HEAD));
    network.send(node, Bytes.of(frame.array(), 0, frame.length()));
    frame.clear();
  }

  private static int checksum(byte[] bytes, int offset, int count) {
    var crc = new CRC32C();
    crc.update(bytes, offset, count);
    return (int) crc.getValue();
  }

  // Hearing

  @Override
  public void received(long from, Bytes frame) {
    try {
      var in = new WireReader(frame);
      int expected = in.u32();
      int actual = checksum(frame.array(), frame.offset() + HEAD, frame.length() - HEAD);
      if (expected != actual) {
        throw new MalformedException("its checksum is wrong");
      }
      while (in.remaining() > 0) {
        message(from, new WireReader(in.raw(in.u32())));
      }
    } catch (MalformedException e) {
      damagedFrames++;
      log.accept(
          "dropped the link from node %x: a frame of %s bytes cannot be read: %s"
              .formatted(from, frame.length(), e.getMessage()));
      network.drop(from);
    }
  }

  private void message(long from, WireReader in) throws MalformedException {
    int group = (int) in.count();
    var sender = new ReplicaId(from, in.count());
    var receiver = new ReplicaId(self, in.count());
    owner.received(group, in.u8(), sender, receiver, in);
  }

  // Links

  @Override
  public Bytes hello(long to) {
    return acquaintance.hello(to);
  }

  @Override
  public void greeted(Bytes hello, Network.Greeting greeting) {
    acquaintance.greeted(hello, greeting);
  }

  @Override
  public boolean answered(long from, Bytes answer) {
    boolean welcome = acquaintance.answered(from, answer);
    owner.suspect(from, welcome ? Suspicion.WITHDRAWN : Suspicion.BROKEN);
    return welcome;
  }

  @Override
  public void broken(long node) {
    owner.suspect(node, Suspicion.BROKEN);
  }

  @Override
  public void refused(long node) {
    owner.suspect(node, Suspicion.REFUSED);
  }
}
