// The first messages of a capture, handed out one by one to be printed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "replay/block.hpp"

namespace tickweir::gateway {

/// A message and where it stood.
struct ShownMessage {
    std::uint64_t offset = 0;  ///< of its frame, or of its packet, in the decompressed file
    std::optional<std::uint64_t> sequence;
    std::optional<book::TimeNs> received;
    std::string text;  ///< field by field
};

/// Goes over blocks until it has shown enough.
class FirstMessages {
public:
    using Show = std::function<void(const ShownMessage&)>;

    FirstMessages(std::uint64_t messages, Show show) : left_{messages}, show_{std::move(show)} {}

    /// Whether more are wanted.
    bool wanted() const { return left_ != 0; }

    /// Shows the whole frames of a block, until they are enough.
    void on_block(const replay::Block& block);

private:
    std::uint64_t left_;
    Show show_;
    ShownMessage shown_;
};

}  // namespace tickweir::gateway
