package io.quorate.store;

import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;

/// What a node tells of itself: the request of [Command.Type#PUBLISH].
///
/// @param node the id of the node that it is about
/// @param understands the highest feature level of an era that it could take part in
public record Publication(
    long node, String name, List<String> clientUrls, String version, long understands) {
  public Publication {
    clientUrls = List.copyOf(clientUrls);
  }

  public static final Codec<Publication> CODEC =
      new Codec<>() {
        @Override
        public void write(Publication publication, WireWriter out) {
          out.u64(publication.node);
          out.string(publication.name);
          NodeEntry.writeStrings(publication.clientUrls, out);
          out.string(publication.version);
          out.varint(publication.understands);
        }

        @Override
        public Publication read(WireReader in) throws MalformedException {
          return new Publication(
              in.u64(), in.string(), NodeEntry.readStrings(in), in.string(), in.count());
        }
      };

  NodeEntry over(NodeEntry present) {
    return new NodeEntry(
        present.id(), present.disk(), name, present.peerUrls(), clientUrls, version, understands);
  }
}
