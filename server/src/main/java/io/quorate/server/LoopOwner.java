package io.quorate.server;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;

/// What the network tells a node, as something that the node's loop takes in: a fault in the middle
/// of it is the node's, and no reason to close a link and go on.
final class LoopOwner implements Network.Owner {
  private final NodeLoop loop;
  private final Network.Owner node;

  LoopOwner(NodeLoop loop, Network.Owner node) {
    this.loop = loop;
    this.node = node;
  }

  @Override
  public Bytes hello(long to) {
    return loop.take(() -> node.hello(to), Bytes.EMPTY);
  }

  @Override
  public void greeted(Bytes hello, Network.Greeting greeting) {
    loop.take(() -> node.greeted(hello, greeting));
  }

  @Override
  public boolean answered(long from, Bytes answer) {
    return loop.take(() -> node.answered(from, answer), false);
  }

  @Override
  public void received(long from, Bytes frame) {
    loop.take(() -> node.received(from, frame));
  }

  @Override
  public void broken(long other) {
    loop.take(() -> node.broken(other));
  }

  @Override
  public void refused(long other) {
    loop.take(() -> node.refused(other));
  }
}
