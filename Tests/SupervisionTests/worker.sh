#!/bin/sh
# A worker whose task is a line of shell: descriptor 3 is the channel, 4 the page of the trail, 5 and so on the files.
# Before the task there are five numbers: the four limits, and the length of the task.
numbers=$(head -c 40 <&3 | od -An -v -w40 -tu8)
eval "$(head -c "${numbers##* }" <&3)"
