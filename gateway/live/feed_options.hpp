// A live feed as the configuration tells it, made ready for the feed: addresses and passwords, of
// which only texts are checked before. Opens nothing.
#pragma once

#include <string>

#include "gateway/config/config.hpp"
#include "gateway/live/mold_feed.hpp"
#include "gateway/live/soup_feed.hpp"

namespace tickweir::gateway {

/// Of a feed of kind `itch-mold`; throws std::runtime_error with a line that names feed, key and
/// value.
MoldFeedOptions mold_feed_options(const std::string& name, const FeedConfig& config);

/// Of a feed of kind `itch-soup`; likewise, but for a password's value.
SoupFeedOptions soup_feed_options(const std::string& name, const FeedConfig& config);

}  // namespace tickweir::gateway
