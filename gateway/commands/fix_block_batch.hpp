// Blocks of a FIX capture copied into memory, some at a time, so that what is made of them can be
// measured without the reading.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "replay/fix_capture.hpp"

namespace tickweir::gateway {

/// One owner thread. Memory grows to the largest batch: `bytes_wanted` and one block.
class FixBlockBatch {
public:
    static constexpr std::size_t bytes_wanted = std::size_t{2} << 20;
    static constexpr std::size_t blocks_wanted = 65'536;

    /// Takes blocks until they are enough (`block`: more follow) or there are no more. What was in
    /// it is gone.
    replay::CaptureStatus fill(replay::FixCapture& capture) {
        blocks_.clear();
        places_.clear();
        bytes_.clear();
        replay::CaptureStatus status = replay::CaptureStatus::block;
        replay::FixBlock block;
        while (bytes_.size() < bytes_wanted && blocks_.size() < blocks_wanted) {
            status = capture.next(block);
            if (status != replay::CaptureStatus::block) break;
            places_.push_back(bytes_.size());
            blocks_.push_back(block);
            bytes_.insert(bytes_.end(), block.text.begin(), block.text.end());
        }
        // Only now the bytes stay where they are.
        for (std::size_t i = 0; i < blocks_.size(); ++i)
            blocks_[i].text = {bytes_.data() + places_[i], blocks_[i].text.size()};
        return status;
    }

    /// Good until the next fill().
    std::span<const replay::FixBlock> blocks() const { return blocks_; }

private:
    std::vector<replay::FixBlock> blocks_;
    std::vector<std::size_t> places_;
    std::vector<char> bytes_;
};

}  // namespace tickweir::gateway
