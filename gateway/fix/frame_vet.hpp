// Looks at a framed, indexed message before the session layer gets it: what QuickFIX would read
// past its end, wrap, or throw on is answered here. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix {

/// SessionRejectReason (373) of FIX 4.4.
enum class RejectReason : std::uint8_t {
    invalid_tag = 0,
    required_tag_missing = 1,
    undefined_tag = 3,
    tag_without_value = 4,
    value_incorrect = 5,
    data_format = 6,
    comp_id_problem = 9,
    sending_time_accuracy = 10,
    invalid_msg_type = 11,
    repeated_tag = 13,
    tag_out_of_order = 14,
    group_out_of_order = 15,
    group_count = 16,
    other = 99,
};

/// Sequence numbers beyond this are refused: QuickFIX keeps them in an int.
inline constexpr std::uint64_t number_max = 999'999'999;

enum class VetStatus : std::uint8_t {
    good,
    reject,     ///< a numbered message that is answered with Reject
    ignore,     ///< as one with a wrong checksum: it has no number that could be trusted
    no_number,  ///< well formed, but without a MsgSeqNum: the session has to end
};

struct VetResult {
    VetStatus status = VetStatus::good;
    RejectReason reason = RejectReason::other;
    std::uint32_t tag = 0;  ///< RefTagID; 0: none
    std::string_view text = {};
    std::uint64_t number = 0;  ///< MsgSeqNum, of what is good or rejected
};

/// Linear in the fields.
VetResult vet(const codecs::fix::Message& message);

}  // namespace tickweir::gateway::fix
