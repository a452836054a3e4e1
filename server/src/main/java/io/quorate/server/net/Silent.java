package io.quorate.server.net;

import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Network;

/// Who owns a network before it starts and after it has closed.
final class Silent implements Network.Owner {
  static final Network.Owner OWNER = new Silent();

  @Override
  public Bytes hello(long to) {
    return Bytes.EMPTY;
  }

  @Override
  public void greeted(Bytes hello, Network.Greeting greeting) {}

  @Override
  public boolean answered(long from, Bytes answer) {
    return false;
  }

  @Override
  public void received(long from, Bytes frame) {}

  @Override
  public void broken(long node) {}

  @Override
  public void refused(long node) {}
}
