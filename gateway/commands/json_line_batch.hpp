// Lines of a JSON capture copied into memory, some at a time, so that what is made of them can be
// measured without the reading.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "replay/json_capture.hpp"

namespace tickweir::gateway {

/// One owner thread. Memory grows to the largest batch: `bytes_wanted` and one line.
class JsonLineBatch {
public:
    static constexpr std::size_t bytes_wanted = std::size_t{2} << 20;

    /// Takes lines until they are enough (`block`: more follow) or there are no more. What was in
    /// it is gone.
    replay::CaptureStatus fill(replay::JsonCapture& capture) {
        lines_.clear();
        places_.clear();
        bytes_.clear();
        replay::CaptureStatus status = replay::CaptureStatus::block;
        replay::JsonLine line;
        while (bytes_.size() < bytes_wanted) {
            status = capture.next(line);
            if (status != replay::CaptureStatus::block) break;
            keep(line);
        }
        // Only now the bytes stay where they are.
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const char* const at = bytes_.data() + places_[i];
            lines_[i].target = {at, lines_[i].target.size()};
            lines_[i].text = {at + lines_[i].target.size(), lines_[i].text.size()};
        }
        return status;
    }

    /// Good until the next fill().
    std::span<const replay::JsonLine> lines() const { return lines_; }

private:
    void keep(const replay::JsonLine& line) {
        places_.push_back(bytes_.size());
        lines_.push_back(line);
        bytes_.insert(bytes_.end(), line.target.begin(), line.target.end());
        bytes_.insert(bytes_.end(), line.text.begin(), line.text.end());
        bytes_.resize(bytes_.size() + replay::JsonCapture::padding);
    }

    std::vector<replay::JsonLine> lines_;
    std::vector<std::size_t> places_;
    std::vector<char> bytes_;
};

}  // namespace tickweir::gateway
