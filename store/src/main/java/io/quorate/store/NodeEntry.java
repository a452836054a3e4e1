package io.quorate.store;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;

/// What the directory of nodes holds of one node. Identity and addresses: who votes is told by eras
/// alone.
///
/// @param disk the id of the node's data directory, 16 bytes
/// @param name that its operator gave it; empty before it told of itself
/// @param clientUrls where clients reach it; empty before it told of itself
/// @param version of its software; empty before it told of itself
/// @param understands the highest feature level of an era that it could take part in
public record NodeEntry(
    long id,
    Bytes disk,
    String name,
    List<String> peerUrls,
    List<String> clientUrls,
    String version,
    long understands) {
  private static final int DISK_LENGTH = 16;

  public NodeEntry {
    if (disk.length() != DISK_LENGTH) {
      throw new IllegalArgumentException("a disk id of " + disk.length() + " bytes");
    }
    peerUrls = List.copyOf(peerUrls);
    clientUrls = List.copyOf(clientUrls);
  }

  public static final Codec<NodeEntry> CODEC =
      new Codec<>() {
        @Override
        public void write(NodeEntry entry, WireWriter out) {
          out.u64(entry.id);
          out.raw(entry.disk);
          out.string(entry.name);
          writeStrings(entry.peerUrls, out);
          writeStrings(entry.clientUrls, out);
          out.string(entry.version);
          out.varint(entry.understands);
        }

        @Override
        public NodeEntry read(WireReader in) throws MalformedException {
          return new NodeEntry(
              in.u64(),
              in.raw(DISK_LENGTH),
              in.string(),
              readStrings(in),
              readStrings(in),
              in.string(),
              in.count());
        }
      };

  /// The request of [Command.Type#DIRECTORY].
  public static final Codec<List<NodeEntry>> LIST_CODEC =
      new Codec<>() {
        @Override
        public void write(List<NodeEntry> entries, WireWriter out) {
          out.varint(entries.size());
          entries.forEach(entry -> CODEC.write(entry, out));
        }

        @Override
        public List<NodeEntry> read(WireReader in) throws MalformedException {
          int count = in.size(1);
          var entries = new ArrayList<NodeEntry>();
          for (int i = 0; i < count; i++) {
            entries.add(CODEC.read(in));
          }
          return entries;
        }
      };

  static void writeStrings(List<String> strings, WireWriter out) {
    out.varint(strings.size());
    strings.forEach(out::string);
  }

  static List<String> readStrings(WireReader in) throws MalformedException {
    int count = in.size(1);
    var strings = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      strings.add(in.string());
    }
    return strings;
  }
}
