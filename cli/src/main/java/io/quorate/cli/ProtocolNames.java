package io.quorate.cli;

import io.quorate.node.Protocols;
import java.util.Iterator;

/// The names of protocols, for help texts and completion.
final class ProtocolNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Protocols.names().iterator();
  }
}
