// Frames that wait for one client. They are shared with other clients, and go out piece by piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <sys/uio.h>

namespace tickweir::gateway::venue {

class ClientQueue {
public:
    void push(std::shared_ptr<const std::string> frame) {
        bytes_ += frame->size();
        frames_.push_back(std::move(frame));
    }

    /// Not yet sent.
    std::size_t bytes() const { return bytes_; }

    /// As StreamClients::gather.
    std::size_t gather(std::span<iovec> into) const {
        std::size_t count = 0;
        std::size_t skip = sent_;
        for (const auto& frame : frames_) {
            if (count == into.size()) break;
            // What is written from is not changed; iovec has no form for that.
            into[count++] = {const_cast<char*>(frame->data()) + skip, frame->size() - skip};
            skip = 0;
        }
        return count;
    }

    void sent(std::size_t bytes) {
        bytes_ -= bytes;
        sent_ += bytes;
        while (!frames_.empty() && sent_ >= frames_.front()->size()) {
            sent_ -= frames_.front()->size();
            frames_.pop_front();
        }
    }

private:
    std::deque<std::shared_ptr<const std::string>> frames_;
    std::size_t sent_ = 0;  // of the first one
    std::size_t bytes_ = 0;
};

}  // namespace tickweir::gateway::venue
