// Which of the datagrams that a MoldUDP64 feed received belong into its recording.
#pragma once

#include "codecs/mold/receiver_types.hpp"

namespace tickweir::gateway {

/// Whether a datagram is recorded, by the counts of its receiver before and after it. What the
/// receiver had no room for is fetched again and recorded then; were it recorded at once, a replay
/// would have to keep more than the receiver could. What the receiver refused although it is sound
/// is left out, since a replay would not know to refuse it. Duplicates and heartbeats are recorded,
/// and damaged datagrams, which a replay passes over.
inline bool taken(const codecs::mold::ReceiverCounts& before,
                  const codecs::mold::ReceiverCounts& after, codecs::Bytes datagram) {
    using codecs::mold::PacketStatus, codecs::mold::PacketView;
    if (after.other_session != before.other_session || after.wrong_answers != before.wrong_answers)
        return false;
    if (after.bad_packets != before.bad_packets)
        return PacketView{datagram}.status() != PacketStatus::ok;
    if (after.dropped == before.dropped) return true;
    // It may have been kept at the expense of another one, which then counts as dropped.
    return after.first[0] != before.first[0] || after.first[1] != before.first[1] ||
           after.filled != before.filled;
}

}  // namespace tickweir::gateway
